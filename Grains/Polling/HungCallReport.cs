using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Grains.Polling;

/// <summary>
/// Has the database know which calls of this silo's sinks hang, so that status and doctor can say which silo must be restarted. Written
/// when that has changed, and once on each new connection.
/// </summary>
internal sealed class HungCallReport(EngineHealth health, string silo)
{
    private PollerConnection? _told;
    private HashSet<(string, string)> _known = [];

    public async Task TellIfChangedAsync(PollerConnection connection, CancellationToken cancellationToken)
    {
        var hung = health.HungCalls();
        var now = hung.Select(h => (h.Sink, h.Group.ToString())).ToHashSet();
        if (_told != connection || !now.SetEquals(_known))
        {
            await connection.ReportHungAsync(silo, hung, cancellationToken);
            (_told, _known) = (connection, now);
        }
    }
}
