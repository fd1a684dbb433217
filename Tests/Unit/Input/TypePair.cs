namespace OrleansBatch.Tests.Unit.Input;

// The outcome is the column's new type, "fits" when the type is as before, or "refused", perhaps with more words behind it.
internal sealed record TypePair(string Table, string File, string Outcome);
