//! The compressed bytes: bits are put together from the lowest up.

/// Some bits to send.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    pub bits: u32,
    pub count: u32,
}

impl Code {
    /// These bits and others behind them.
    pub(super) const fn then(self, next: Self) -> Self {
        Self { bits: self.bits | next.bits << (self.count & 31), count: self.count + next.count }
    }
}

/// A growing row of bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    /// The bytes that are complete.
    bytes: Vec<u8>,
    /// The bits behind them, fewer than 8 between two calls.
    pending: u64,
    count: u32,
}

/// More bytes than a block can take, and a power of two: so a place is held in bounds by one mask.
const ROOM: usize = 512 * 1024;

/// Where a cursor writes, of which little is ever touched.
#[derive(Debug)]
pub(super) struct Room(Box<[u8; ROOM + 8]>);

/// The end of a row of bits, with room behind it.
pub(super) struct Cursor<'a> {
    room: &'a mut [u8; ROOM + 8],
    at: usize,
    pending: u64,
    count: u32,
}

impl Bits {
    /// Starts again with these bits.
    pub(super) fn restart(&mut self, start: &Self) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&start.bytes);
        (self.pending, self.count) = (start.pending, start.count);
    }

    /// Appends whole bytes behind the last begun one.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends up to 56 bits.
    pub(super) fn put(&mut self, value: u64, count: u32) {
        self.pending |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// The end, with room for so many bytes.
    pub(super) fn cursor<'a>(&self, room: &'a mut Room, most: usize) -> Cursor<'a> {
        assert!(most < ROOM, "{most} bytes are more than there is room for");
        Cursor { room: &mut room.0, at: 0, pending: self.pending, count: self.count }
    }

    /// Appends what a cursor has written that began at the end.
    pub(super) fn append(&mut self, end: &Cursor<'_>) {
        self.bytes.extend_from_slice(&end.room[..end.at]);
        (self.pending, self.count) = (end.pending, end.count);
    }

    /// All bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Room {
    pub(super) fn new() -> Self {
        Self(vec![0; ROOM + 8].try_into().expect("as much as there is room for"))
    }
}

impl Cursor<'_> {
    /// Adds bits; at most 56 between two calls of [`Cursor::flush`].
    #[inline(always)]
    pub(super) fn add(&mut self, code: Code) {
        self.pending |= u64::from(code.bits) << (self.count & 63);
        self.count += code.count;
    }

    /// Writes the bytes that are complete.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        let at = self.at & (ROOM - 1);
        self.room[at..at + 8].copy_from_slice(&self.pending.to_le_bytes());
        self.at += (self.count / 8) as usize;
        self.pending >>= self.count & 0x38;
        self.count &= 7;
    }
}
