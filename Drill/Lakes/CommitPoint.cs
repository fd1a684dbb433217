namespace OrleansBatch.Drill.Lakes;

// The points of a commit at which a silo is caught.
internal enum CommitPoint
{
    // A data file is there or on its way, and no commit names it.
    Data,

    // The commit itself is being put.
    Put,

    // The commit is there, and the cursor does not know of it yet.
    Cursor,

    // A checkpoint is being put.
    Checkpoint,
}
