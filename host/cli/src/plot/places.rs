//! Places for names beside points, without overlaps.

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

    /// Returns the free place that is nearest to a point, to which a line can be drawn that crosses no name before it.
    pub(super) fn nearest(&self, (x, y): (i32, i32), size: (i32, i32), gap: i32) -> Option<Box4> {
        let farthest = (self.plane[2] - self.plane[0]).max(self.plane[3] - self.plane[1]);
        let step = (size.1 / 2).max(1) as usize;
        (gap..farthest).step_by(step).find_map(|distance| {
            (0..DIRECTIONS).find_map(|direction| {
                // From the right, by turns upwards and downwards.
                let turn =
                    (direction.div_ceil(2) as f64) * std::f64::consts::TAU / DIRECTIONS as f64;
                let (sine, cosine) = if direction % 2 == 0 { -turn } else { turn }.sin_cos();
                let along = |unit: f64, side: i32| (unit * f64::from(distance + side / 2)) as i32;
                let (cx, cy) = (x + along(cosine, size.0), y + along(sine, size.1));
                let (left, top) = (cx - size.0 / 2, cy - size.1 / 2);
                let place = [left, top, left + size.0, top + size.1];
                let is_clear = || self.is_clear((x, y), nearest_of(&place, (x, y)));
                (self.is_free(&place) && is_clear()).then_some(place)
            })
        })
    }

    /// Returns true if a line crosses no rectangle, but for the one in which it begins.
    fn is_clear(&self, (x, y): (i32, i32), (to_x, to_y): (i32, i32)) -> bool {
        let within = |t: &Box4, x: i32, y: i32| t[0] <= x && x <= t[2] && t[1] <= y && y <= t[3];
        let steps = (to_x - x).abs().max((to_y - y).abs()).max(1);
        self.boxes.iter().filter(|t| !within(t, x, y)).all(|t| {
            (0..=steps).all(|s| !within(t, x + (to_x - x) * s / steps, y + (to_y - y) * s / steps))
        })
    }
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
    fn the_first_places_are_beside_the_point() {
        let mut taken = Taken::new([0, 0, 100, 100]);
        let first = taken.beside((50, 50), (20, 10), 4).unwrap();
        assert_eq!(first, [54, 45, 74, 55]);
        taken.add(first);
        assert_eq!(taken.beside((50, 50), (20, 10), 4), Some([26, 45, 46, 55]));
        assert_eq!(taken.beside((50, 50), (200, 10), 4), None);
    }
}
