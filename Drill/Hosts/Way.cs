namespace OrleansBatch.Drill.Hosts;

// The direction of packets, as the host sees them.
internal enum Way
{
    Incoming,
    Outgoing,
    Both,
}
