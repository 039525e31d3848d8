//! Reader of Netpbm's grey pictures, .pgm, in text (P2) or bytes (P5).

use std::io::BufRead;

use super::{Entries, Error, MatrixFile, growing::Growing, row_major::from_row_major};

/// Checks that a file that begins with `head` is a picture.
pub(super) fn has_magic(head: &[u8]) -> bool {
    matches!(head, [b'P', b'2' | b'5', next, ..] if next.is_ascii_whitespace() || *next == b'#')
}

/// A grey picture.
pub(super) struct Picture {
    pub(super) height: usize,
    pub(super) width: usize,
    /// The value of white.
    pub(super) white: u64,
    /// The pixels, from 0 to white, line after line.
    pub(super) pixels: Vec<f64>,
}

/// Reads the pixels as a matrix.
pub(super) fn read(place: &str, stream: &mut dyn BufRead) -> Result<MatrixFile, Error> {
    let picture = read_picture(place, stream)?;
    let dense = from_row_major(place, &picture.pixels, picture.width)?;
    Ok(Entries::Dense(dense).into())
}

/// Reads a picture from the whole stream.
pub(super) fn read_picture(place: &str, stream: &mut dyn BufRead) -> Result<Picture, Error> {
    let mut bytes = Bytes {
        place,
        stream,
        line: 1,
    };
    let header = Header::read(&mut bytes)?;
    let expected = header.pixels;
    let mut pixels = Growing::new(place);
    while (pixels.len() as u64) < expected {
        let pixel = match header.is_plain {
            true => bytes.number()?,
            false => bytes.sample(header.white > 255)?,
        };
        let found = pixels.len() as u64;
        let pixel = pixel.ok_or_else(|| Error::truncated(place, expected, found))?;
        if pixel > header.white {
            return Err(Error::Pixel {
                place: place.to_owned(),
                row: found / header.width + 1,
                column: found % header.width + 1,
                pixel,
                white: header.white,
            });
        }
        pixels.push(pixel as f64)?;
    }
    bytes.refuse_surplus(expected)?;
    // Both fit: their product is the number of pixels that were read.
    Ok(Picture {
        height: header.height as usize,
        width: header.width as usize,
        white: header.white,
        pixels: pixels.into_vec(),
    })
}

struct Header {
    /// The pixels are written as text.
    is_plain: bool,
    width: u64,
    height: u64,
    white: u64,
    /// Width times height, positive.
    pixels: u64,
}

impl Header {
    fn read(bytes: &mut Bytes<'_>) -> Result<Self, Error> {
        let is_plain = match [bytes.next()?, bytes.next()?] {
            [Some(b'P'), Some(b'2')] => true,
            [Some(b'P'), Some(b'5')] => false,
            _ => return Err(bytes.malformed("it does not begin with P2 or P5")),
        };
        let mut size = || -> Result<u64, Error> {
            let number = bytes.number()?;
            number.ok_or_else(|| bytes.malformed("it does not tell width, height and white"))
        };
        let (width, height, white) = (size()?, size()?, size()?);
        if white == 0 || white > 65535 {
            return Err(bytes.malformed("white is not from 1 to 65535"));
        }
        let pixels = width.checked_mul(height);
        let pixels = pixels.ok_or_else(|| bytes.malformed("it is too large a picture"))?;
        if pixels == 0 {
            return Err(Error::empty(bytes.place));
        }
        Ok(Self {
            is_plain,
            width,
            height,
            white,
            pixels,
        })
    }
}

struct Bytes<'a> {
    place: &'a str,
    stream: &'a mut dyn BufRead,
    line: u64,
}

impl Bytes<'_> {
    fn next(&mut self) -> Result<Option<u8>, Error> {
        let chunk = self.stream.fill_buf();
        let chunk = chunk.map_err(|error| Error::from_read(self.place, error))?;
        let next = chunk.first().copied();
        self.stream.consume(next.is_some().into());
        self.line += u64::from(next == Some(b'\n'));
        Ok(next)
    }

    /// Reads the next number after blanks and comments, and the byte that ends it; `None` at the end of the stream.
    fn number(&mut self) -> Result<Option<u64>, Error> {
        let mut number = None;
        while let Some(byte) = self.next()? {
            match byte {
                b'0'..=b'9' => {
                    let digit = u64::from(byte - b'0');
                    let longer = number.unwrap_or(0u64).checked_mul(10);
                    let longer = longer.and_then(|tens| tens.checked_add(digit));
                    number = Some(longer.ok_or_else(|| self.wrong("a number is too long"))?);
                }
                b'#' => self.skip_line()?,
                _ if !byte.is_ascii_whitespace() => {
                    return Err(self.wrong("something is not a number"));
                }
                _ => {}
            }
            if number.is_some() && !byte.is_ascii_digit() {
                break;
            }
        }
        Ok(number)
    }

    fn skip_line(&mut self) -> Result<(), Error> {
        while !matches!(self.next()?, None | Some(b'\n')) {}
        Ok(())
    }

    /// Reads a pixel of one byte, or of two in big-endian order.
    fn sample(&mut self, is_wide: bool) -> Result<Option<u64>, Error> {
        let first = self.next()?.map(u64::from);
        if !is_wide {
            return Ok(first);
        }
        let second = self.next()?.map(u64::from);
        Ok(first.zip(second).map(|(high, low)| high << 8 | low))
    }

    /// Checks that only line ends follow, not another picture.
    fn refuse_surplus(&mut self, expected: u64) -> Result<(), Error> {
        while let Some(byte) = self.next()? {
            if !byte.is_ascii_whitespace() {
                return Err(Error::surplus(self.place, expected));
            }
        }
        Ok(())
    }

    fn wrong(&self, reason: &str) -> Error {
        Error::line(self.place, self.line, reason)
    }

    fn malformed(&self, reason: &str) -> Error {
        Error::header(self.place, reason)
    }
}
