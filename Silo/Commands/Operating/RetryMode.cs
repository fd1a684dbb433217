using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Silo.Commands.Operating;

// How runs are retried. Seal: null seals the new run if the old one was.
internal sealed record RetryMode(bool Force, bool? Seal, OperatorNote Note);
