using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Placing;

// What a table holds already, to be asked whether its values allow another type, and what to do when they don't.
internal sealed record TargetRows(SqlText Rows, string WhatToDoAboutTypes);
