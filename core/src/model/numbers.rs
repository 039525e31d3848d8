/// Numbers of 32 bits that need no alignment where they are stored.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Numbers<'a> {
    /// In a model.
    Stored(&'a [[u8; 4]]),
    /// In memory.
    Held(&'a [f32]),
}

impl Numbers<'_> {
    pub(crate) const NONE: Self = Numbers::Held(&[]);

    pub(crate) fn get(&self, index: usize) -> Option<f32> {
        match self {
            Numbers::Stored(bytes) => bytes.get(index).map(|bytes| f32::from_le_bytes(*bytes)),
            Numbers::Held(numbers) => numbers.get(index).copied(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Numbers::Stored(bytes) => bytes.is_empty(),
            Numbers::Held(numbers) => numbers.is_empty(),
        }
    }
}

/// Returns row `i` of k numbers; empty if there is none.
#[inline(always)]
pub(super) fn row<T>(numbers: &[T], i: usize, k: usize) -> &[T] {
    let rest = numbers.get(i.saturating_mul(k)..).unwrap_or_default();
    rest.get(..k).unwrap_or_default()
}

/// x . y of stored numbers, over the shorter of the two.
#[inline(always)]
pub(super) fn dot(x: &[[u8; 4]], y: &[f32]) -> f32 {
    let mut sum = 0.0;
    for (x, y) in x.iter().zip(y) {
        sum += f32::from_le_bytes(*x) * *y;
    }
    sum
}

/// Returns the place of `key` in ascending keys.
pub(super) fn search(keys: &[[u8; 4]], key: u32) -> Option<usize> {
    let (mut low, mut high) = (0usize, keys.len());
    while low < high {
        let middle = low.wrapping_add(high.wrapping_sub(low) >> 1);
        let found = u32::from_le_bytes(*keys.get(middle)?);
        if found == key {
            return Some(middle);
        }
        if found < key {
            low = middle.wrapping_add(1);
        } else {
            high = middle;
        }
    }
    None
}
