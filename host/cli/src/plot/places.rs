//! Places for names beside points, without overlaps.

use std::f64::consts::TAU;

/// A rectangle of the image: left, top, right, bottom.
pub(super) type Box4 = [i32; 4];

/// What is there already: the plane within which names stay, and the rectangles that they must not cover.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    plane: Box4,
    boxes: Vec<Box4>,
}

/// The directions in which a place is looked for farther away.
const DIRECTIONS: usize = 32;

impl Taken {
    /// Creates an empty plane.
    pub(super) fn new(plane: Box4) -> Self {
        let boxes = Vec::new();
        Self { plane, boxes }
    }

    pub(super) fn add(&mut self, place: Box4) {
        self.boxes.push(place);
    }

    /// Returns true for a rectangle that lies in the plane and overlaps no other.
    fn is_free(&self, p: &Box4) -> bool {
        let plane = &self.plane;
        let inside = p[0] >= plane[0] && p[1] >= plane[1] && p[2] <= plane[2] && p[3] <= plane[3];
        let apart = |t: &Box4| p[2] < t[0] || t[2] < p[0] || p[3] < t[1] || t[3] < p[1];
        inside && self.boxes.iter().all(apart)
    }

    /// Returns the first free place beside a point: on the right, left, above, below.
    pub(super) fn beside(
        &self,
        (x, y): (i32, i32),
        (width, height): (i32, i32),
        gap: i32,
    ) -> Option<Box4> {
        let (half, middle) = (height / 2, width / 2);
        let corners = [
            (x + gap, y - half),
            (x - gap - width, y - half),
            (x - middle, y - gap - height),
            (x - middle, y + gap),
        ];
        let places = corners.map(|(left, top)| [left, top, left + width, top + height]);
        places.into_iter().find(|place| self.is_free(place))
    }

    /// Returns the free place that is nearest to a point; a place to which a line can be drawn that crosses no rectangle comes
    /// before all others.
    pub(super) fn nearest(&self, point: (i32, i32), size: (i32, i32), gap: i32) -> Option<Box4> {
        let mut crossed = None;
        for place in self.around(point, size, gap) {
            if !self.is_free(&place) {
                continue;
            }
            if self.is_clear(point, nearest_of(&place, point)) {
                return Some(place);
            }
            crossed = crossed.or(Some(place));
        }
        crossed
    }

    /// Returns places around a point, in rings, from the right by turns upwards and downwards.
    fn around(
        &self,
        (x, y): (i32, i32),
        size: (i32, i32),
        gap: i32,
    ) -> impl Iterator<Item = Box4> + use<> {
        let farthest = (self.plane[2] - self.plane[0]).max(self.plane[3] - self.plane[1]);
        let step = (size.1 / 2).max(1) as usize;
        (gap..farthest).step_by(step).flat_map(move |distance| {
            (0..DIRECTIONS).map(move |direction| {
                let sign = if direction % 2 == 0 { -1.0 } else { 1.0 };
                let turn = sign * direction.div_ceil(2) as f64 * TAU / DIRECTIONS as f64;
                let along = |unit: f64, side: i32| (unit * f64::from(distance + side / 2)) as i32;
                let (cx, cy) = (x + along(turn.cos(), size.0), y + along(turn.sin(), size.1));
                let (left, top) = (cx - size.0 / 2, cy - size.1 / 2);
                [left, top, left + size.0, top + size.1]
            })
        })
    }

    /// Returns true if a line crosses no rectangle, but for the one in which it begins.
    fn is_clear(&self, from: (i32, i32), to: (i32, i32)) -> bool {
        let begins = |t: &&Box4| {
            let (x, y) = from;
            t[0] <= x && x <= t[2] && t[1] <= y && y <= t[3]
        };
        let mut others = self.boxes.iter().filter(|t| !begins(t));
        others.all(|t| !crosses(t, from, to))
    }
}

/// Returns true if a line has a point in a rectangle: it is cut to the part within, along one axis after the other (Liang &
/// Barsky 1984).
fn crosses(t: &Box4, from: (i32, i32), to: (i32, i32)) -> bool {
    let (mut first, mut last) = (0.0f64, 1.0f64);
    for (low, high, from, to) in [(t[0], t[2], from.0, to.0), (t[1], t[3], from.1, to.1)] {
        let along = f64::from(to - from);
        let [low, high] = [low, high].map(|end| f64::from(end - from));
        if along == 0.0 {
            if low > 0.0 || high < 0.0 {
                return false;
            }
            continue;
        }
        let (enter, leave) = (low / along, high / along);
        first = first.max(enter.min(leave));
        last = last.min(enter.max(leave));
    }
    first <= last
}

/// Returns the rectangle around a dot.
pub(super) fn around((x, y): (i32, i32), radius: i32) -> Box4 {
    [x - radius, y - radius, x + radius, y + radius]
}

/// Returns the point of a rectangle that is nearest to another one.
pub(super) fn nearest_of(place: &Box4, (x, y): (i32, i32)) -> (i32, i32) {
    (x.clamp(place[0], place[2]), y.clamp(place[1], place[3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_points_that_lie_together_find_places_apart() {
        let mut taken = Taken::new([0, 0, 400, 300]);
        let points: Vec<(i32, i32)> = (0..40)
            .map(|i| (190 + 5 * (i % 5), 140 + 3 * (i / 5)))
            .collect();
        for &point in &points {
            taken.add(around(point, 2));
        }
        let mut places = Vec::new();
        for &point in &points {
            let size = (60, 12);
            let beside = taken.beside(point, size, 5);
            let place = beside.or_else(|| taken.nearest(point, size, 5));
            let place = place.expect("there is room for all of them");
            assert!(taken.is_free(&place));
            taken.add(place);
            places.push(place);
        }
        assert_eq!(places.len(), 40);
        let full = Taken::new([0, 0, 50, 50]);
        assert_eq!(full.nearest((25, 25), (60, 12), 5), None);
    }

    #[test]
    fn lines_cross_what_lies_between_their_ends() {
        let t = [10, 10, 20, 20];
        for (from, to, expected) in [
            ((0, 15), (30, 15), true),
            ((0, 0), (30, 30), true),
            ((0, 15), (9, 15), false),
            ((0, 5), (30, 5), false),
            ((15, 0), (15, 30), true),
            ((5, 0), (5, 30), false),
            ((0, 25), (15, 30), false),
        ] {
            assert_eq!(crosses(&t, from, to), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn the_first_places_are_beside_the_point() {
        let mut taken = Taken::new([0, 0, 100, 100]);
        let first = taken.beside((50, 50), (20, 10), 4).unwrap();
        assert_eq!(first, [54, 45, 74, 55]);
        taken.add(first);
        assert_eq!(taken.beside((50, 50), (20, 10), 4), Some([26, 45, 46, 55]));
        assert_eq!(taken.beside((50, 50), (200, 10), 4), None);
    }
}
