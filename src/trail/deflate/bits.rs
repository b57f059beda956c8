//! The compressed bytes: bits are put together from the lowest up.

/// A growing row of bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// How many bytes are complete.
    length: usize,
    /// The bits behind them, fewer than 8 between two calls.
    pending: u64,
    count: u32,
}

/// The end of a row of bits, with room behind it.
pub(super) struct Cursor<'a> {
    room: &'a mut [u8],
    at: usize,
    pending: u64,
    count: u32,
}

impl Bits {
    /// Starts again with these bits.
    pub(super) fn restart(&mut self, start: &Self) {
        if start.length > self.bytes.len() {
            self.grow(start.length);
        }
        self.bytes[..start.length].copy_from_slice(start.bytes());
        (self.length, self.pending, self.count) = (start.length, start.pending, start.count);
    }

    /// Appends whole bytes behind the last begun one.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        for byte in bytes {
            self.put((*byte).into(), 8);
        }
    }

    /// Appends up to 56 bits.
    pub(super) fn put(&mut self, value: u64, count: u32) {
        let mut cursor = self.cursor(8);
        cursor.add(value, count);
        cursor.flush();
        let end = cursor.end();
        self.resume(end);
    }

    /// The end, with room for so many bytes and a few more.
    #[inline(always)]
    pub(super) fn cursor(&mut self, room: usize) -> Cursor<'_> {
        let most = self.length + room + 8;
        if most > self.bytes.len() {
            self.grow(most);
        }
        Cursor { room: &mut self.bytes, at: self.length, pending: self.pending, count: self.count }
    }

    /// Goes on at the end of a cursor.
    #[inline(always)]
    pub(super) fn resume(&mut self, end: (usize, u64, u32)) {
        (self.length, self.pending, self.count) = end;
    }

    /// All bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, most: usize) {
        self.bytes.resize(most.next_power_of_two().max(1024), 0);
    }
}

impl Cursor<'_> {
    /// Adds bits; at most 56 between two calls of [`Cursor::flush`].
    #[inline(always)]
    pub(super) fn add(&mut self, bits: u64, count: u32) {
        self.pending |= bits << (self.count & 63);
        self.count += count;
    }

    /// Makes room for more bits.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        self.room[self.at..self.at + 8].copy_from_slice(&self.pending.to_le_bytes());
        self.at += (self.count / 8) as usize;
        self.pending >>= self.count & 0x38;
        self.count &= 7;
    }

    #[inline(always)]
    pub(super) fn end(self) -> (usize, u64, u32) {
        (self.at, self.pending, self.count)
    }
}
