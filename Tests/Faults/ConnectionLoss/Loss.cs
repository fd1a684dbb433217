namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// The ways in which a connection is lost:
// - the server ends it (57P01);
// - the network resets it;
// - nothing comes through any more, and nobody says so.
public enum Loss
{
    Ended,
    Reset,
    HalfOpen,
}
