using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Silo.Commands.Operating;

// The way of retrying runs. A null Seal seals the new run if the old one was sealed.
internal sealed record RetryMode(bool Force, bool? Seal, OperatorNote Note);
