//! The limits of one call, one record and one scan. They stand in the C header under these names.

/// The number of the ABI. A program compiled against it runs with every later 1.x library.
pub const PROXYCALC_ABI_VERSION: u32 = 1;

/// Bytes of one value (an address, a name). A longer one is left out and reported as the problem `ValueTooLong`.
pub const PROXYCALC_MAX_VALUE_BYTES: usize = 65536;

/// Bytes of one record of JSON, in a line or in a list. A larger one is left out and reported as the problem `RecordTooLarge`.
pub const PROXYCALC_MAX_RECORD_BYTES: usize = 67_108_864;

/// Depth of JSON in a record, in the properties that are read. A deeper one is left out and reported as the problem `InvalidJson`.
pub const PROXYCALC_MAX_RECORD_DEPTH: usize = 120;

/// Addresses of one record, all its properties together. Of a record with more all are left out, which is reported as the
/// problem `TooManyValues`.
pub const PROXYCALC_MAX_RECORD_ADDRESSES: usize = 100_000;

/// Proxy addresses on premises of one object that is calculated; twice as many in the cloud. An object with more is
/// answered with the error `TooManyValues`.
pub const PROXYCALC_MAX_CALCULATION_ADDRESSES: usize = 10_000;

/// Records of one scan. Later ones are left out and reported as the problem `TooManyRecords`.
pub const PROXYCALC_MAX_SCAN_RECORDS: usize = 50_000_000;

/// Bytes of one push or one request.
pub const PROXYCALC_MAX_CALL_BYTES: usize = 1_073_741_824;

/// Bytes that a page of results aims at. A page ends with the first result that passes it.
pub(crate) const PAGE_BYTES: usize = 900_000;

/// Holders that one part of a conflict lists; the rest follows in further parts.
pub(crate) const HOLDERS_A_PART: usize = 1_000;
