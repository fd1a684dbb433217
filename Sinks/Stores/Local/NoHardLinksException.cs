namespace OrleansBatch.Sinks.Stores.Local;

// Says that a file system refuses link(2), such as FAT.
internal sealed class NoHardLinksException(IOException reason) : IOException(reason.Message, reason);
