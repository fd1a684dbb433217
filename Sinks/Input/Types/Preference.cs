namespace OrleansBatch.Sinks.Input.Types;

// What is tried, in this order, when a file's type does not fit the table's as it is. Which one holds is decided by the values.
internal enum Preference
{
    // The narrowest type for both; where there is none, the table's.
    Wider,

    // The table's type.
    Kept,

    // The narrowest type for both; where there is none, the file's.
    Taken,
}
