//! Vectors that grow with the data, never to a size that a header claims.

use std::io::BufRead;

use super::Error;
use lowrank::memory;

/// Vectors below this size are not checked against the free memory.
const UNQUESTIONED_BYTES: u64 = 64 << 20;
const FIRST_CAPACITY: usize = 256;

/// Reads the rest of a stream.
///
/// # Errors
/// [`Error::Memory`] and the errors of [`Error::from_read`].
pub(super) fn read_to_end(place: &str, stream: &mut dyn BufRead) -> Result<Vec<u8>, Error> {
    let mut whole = Growing::new(place);
    loop {
        let chunk = stream
            .fill_buf()
            .map_err(|error| Error::from_read(place, error))?;
        if chunk.is_empty() {
            return Ok(whole.into_vec());
        }
        for &byte in chunk {
            whole.push(byte)?;
        }
        let count = chunk.len();
        stream.consume(count);
    }
}

/// A vector that refuses to grow beyond the free memory.
pub(super) struct Growing<'a, T> {
    place: &'a str,
    data: Vec<T>,
}

impl<'a, T> Growing<'a, T> {
    /// Returns an empty vector; `place` is the file that errors name.
    pub(super) fn new(place: &'a str) -> Self {
        Growing {
            place,
            data: Vec::new(),
        }
    }

    /// Appends `x`.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub(super) fn push(&mut self, x: T) -> Result<(), Error> {
        if self.data.len() == self.data.capacity() {
            self.reserve(self.data.len().max(FIRST_CAPACITY))?;
        }
        self.data.push(x);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.data.len()
    }

    pub(super) fn into_vec(self) -> Vec<T> {
        self.data
    }

    fn reserve(&mut self, additional: usize) -> Result<(), Error> {
        check_free::<T>(self.place, additional, self.data.len())?;
        let reserved = self.data.try_reserve_exact(additional);
        let all = additional.saturating_add(self.data.len());
        reserved.map_err(|_| Error::memory::<T>(self.place, all))
    }
}

/// Checks that there is memory for `additional` entries, where `held` are there already.
///
/// # Errors
/// [`Error::Memory`].
pub(super) fn check_free<T>(place: &str, additional: usize, held: usize) -> Result<(), Error> {
    let size = size_of::<T>() as u64;
    let needed = (additional as u64).saturating_mul(size);
    let all = needed.saturating_add((held as u64).saturating_mul(size));
    // A file of a few megabytes needs no question to the operating system.
    if all > UNQUESTIONED_BYTES && needed > memory::available().unwrap_or(u64::MAX) {
        return Err(Error::memory::<T>(place, additional.saturating_add(held)));
    }
    Ok(())
}

/// Returns `count` zeros. Their memory is taken when they are written to.
///
/// # Errors
/// [`Error::Memory`].
pub(super) fn zeros(place: &str, count: usize) -> Result<Vec<f64>, Error> {
    check_free::<f64>(place, count, 0)?;
    let reserved = Vec::<f64>::new().try_reserve_exact(count);
    reserved.map_err(|_| Error::memory::<f64>(place, count))?;
    Ok(vec![0.0; count])
}

impl Growing<'_, f64> {
    /// Adds `x` to the last entry.
    pub(super) fn add_to_last(&mut self, x: f64) {
        if let Some(last) = self.data.last_mut() {
            *last += x;
        }
    }
}

impl<'a, T: Clone> Growing<'a, T> {
    /// Returns a vector of `count` times `x`.
    ///
    /// # Errors
    /// [`Error::Memory`].
    pub(super) fn filled(place: &'a str, x: T, count: usize) -> Result<Vec<T>, Error> {
        let mut growing = Growing::new(place);
        growing.reserve(count)?;
        growing.data.resize(count, x);
        Ok(growing.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_is_refused_before_it_is_taken() {
        let error = Growing::filled("a.mtx", 0.0f64, usize::MAX / 16).unwrap_err();
        assert!(error.to_string().starts_with("a.mtx needs "), "{error}");
        assert!(matches!(error, Error::Memory { .. }));
        assert_eq!(Growing::filled("f", 7u32, 3).unwrap(), [7; 3]);
    }

    #[test]
    fn the_rest_of_a_stream_is_read() {
        let bytes: Vec<u8> = (0..100_000).map(|i| i as u8).collect();
        let mut stream = std::io::BufReader::with_capacity(100, bytes.as_slice());
        assert!(read_to_end("f", &mut stream).unwrap() == bytes);
    }
}
