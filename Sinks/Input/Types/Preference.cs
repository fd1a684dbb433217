namespace OrleansBatch.Sinks.Input.Types;

// The types to try, in this order, when a file's type does not fit the table's. The values decide which one holds.
internal enum Preference
{
    // The narrowest type for both, or the table's type where there is none.
    Wider,

    // The table's type.
    Kept,

    // The narrowest type for both, or the file's type where there is none.
    Taken,
}
