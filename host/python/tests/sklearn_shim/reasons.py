"""Why tests of scikit-learn fail with our classes: (the beginnings of their names, as patterns, the reason)."""

REASONS = [
    (
        ["test_nmf.py::test_non_negative_factorization_consistency"],
        "compares with the bits of the function `non_negative_factorization`, which is scikit-learn's: another algorithm, "
        "and other random starts, so that the factors differ",
    ),
    (
        ["test_nmf.py::test_nmf_sparse_input"],
        "compares a sparse and a dense fit with a tolerance of 0 at zero: entries of 1e-33 for 0, where the penalties leave "
        "hardly anything",
    ),
    (
        ["test_nmf.py::test_nmf_float32_float64_consistency"],
        "asks 1e-4 of factors in f32 at the end of a search that stops by its tolerance, where they are known to 1e-3",
    ),
    (
        ["test_nmf.py::test_nmf_minibatchnmf_equivalence", "test_nmf.py::test_minibatch_nmf_partial_fit"],
        "compares factors: of one batch of all rows with those of `mu`, of `partial_fit` with those of `fit`. Here they are "
        "other ones: a miss",
    ),
    (
        ["test_nmf.py::test_nmf_true_reconstruction"],
        "MiniBatchNMF of beta_loss=1 from batches of 3 rows ends at 1.07 where 0.1 is asked: a miss",
    ),
    (
        [
            "test_nmf.py::test_parameter_checking",
            "test_nmf.py::test_minibatch_nmf_negative_beta_loss",
            "test_nmf.py::test_nmf_custom_init_shape_error",
            r"test_pca.py::test_pca_validation\[auto",
        ],
        "refused as by scikit-learn, in other words",
    ),
    (
        ["test_nmf.py::test_nmf_n_components_auto", "test_pca.py::test_pca_svd_solver_auto"],
        "asks for a private attribute",
    ),
    (
        ["test_pca.py::test_sparse_pca_solver_error"],
        "asks for an error: here a sparse X has every solver",
    ),
    (
        [
            r"test_pca.py::test_pca_validation\[arpack",
            "test_pca.py::test_n_components_none",
            "test_truncated_svd.py::test_too_many_components",
            "test_pca.py::test_n_components_mle_error",
        ],
        'asks for an error, or for one component less: "arpack" has all of them here, and "mle" works with every solver',
    ),
    (
        [
            "test_pca.py::test_pca_sparse_fit_transform",
            "test_pca.py::test_pca_randomized_svd_n_oversamples",
            "test_truncated_svd.py::test_fit_transform",
        ],
        "asks 1e-7 of singular vectors after as many power iterations as scikit-learn makes: both are approximate, and from "
        "other random starts",
    ),
    (
        [r"test_pca.py::test_pca_score\["],
        "asks that whitening lowers the likelihood; the model is the same, and its likelihood is, to the last bit",
    ),
    (
        ["test_pca.py::test_pca_score3"],
        "asks for n_components=0, which is refused",
    ),
    (
        ["test_pca.py::test_pca_n_components_mostly_explained_variance_ratio"],
        "asks for one component more where the share is met exactly: as many as hold the share are kept here",
    ),
]
