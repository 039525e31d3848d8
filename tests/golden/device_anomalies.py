"""Writes device_anomalies.json, for host/cli/tests/cli/export.rs: how well scikit-learn finds a broken bearing.

    pip install scikit-learn==1.9.1
    python3 tests/golden/device_anomalies.py > tests/golden/device_anomalies.json

Frames of 64 samples of a machine with two shafts: two lines of random phases and sizes, noise, and for a broken bearing a
resonance that decays, anywhere in the frame and smaller than the lines. The detectors see 1000 good frames, and are judged
by 1000 good and 1000 broken others: the area under the curve of rates. PCA's score is the residual of rank 4;
EllipticEnvelope's is the distance of Mahalanobis, whose matrix of 64 x 64 numbers a device would have to hold.
"""

import json

import numpy as np
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

TURN = 2 * np.pi


class Machine:
    def __init__(self, state):
        self.state = state

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def frame(self, is_broken):
        first, second = TURN * self.uniform(), TURN * self.uniform()
        loud, soft = 0.8 + 0.4 * self.uniform(), 0.4 + 0.2 * self.uniform()
        start = np.floor(64 * self.uniform())
        noise = np.array([sum(self.uniform() for _ in range(12)) - 6 for _ in range(64)])
        t = np.arange(64.0)
        lines = loud * np.sin(TURN * 3 * t / 64 + first) + soft * np.sin(TURN * 7 * t / 64 + second)
        since = t - start
        ring = 0.6 * np.exp(-np.maximum(since, 0) / 6) * np.sin(TURN * 0.31 * since) * (since >= 0)
        return lines + is_broken * ring + 0.1 * noise

    def frames(self, count, is_broken):
        return np.array([self.frame(is_broken) for _ in range(count)])


def main():
    machine = Machine(1)
    training, good, broken = (machine.frames(1000, is_broken) for is_broken in (False, False, True))
    others = np.vstack([good, broken])
    truth = np.repeat([0, 1], 1000)
    pca = PCA(4, svd_solver="full").fit(training)
    left = others - pca.inverse_transform(pca.transform(others))
    envelope = EllipticEnvelope(random_state=0).fit(training)
    print(
        json.dumps(
            {
                "first": training[0, 0],
                "last": broken[999, 63],
                "pca": {"area": roc_auc_score(truth, np.linalg.norm(left, axis=1))},
                "envelope": {
                    "area": roc_auc_score(truth, envelope.mahalanobis(others)),
                    "bytes": 4 * (64 * 64 + 64),
                },
            }
        )
    )


if __name__ == "__main__":
    main()
