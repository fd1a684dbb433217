namespace OrleansBatch.Sinks.DeltaLog.Trouble;

// A part of the log is not what the protocol says. Who knows the table and the file makes a DeltaLogException of it.
internal sealed class BadLogText(string message) : Exception(message);
