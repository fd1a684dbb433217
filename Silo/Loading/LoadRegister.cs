using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Loading;

// The calls of load on record, with their runs, over a connection and in a transaction of the caller's.
internal sealed class LoadRegister(NpgsqlConnection connection)
{
    // Until the transaction ends no other load decides anything.
    public async Task LockAsync(CancellationToken ct)
    {
        await connection.ExecuteAsync("lock_loads", ct);
        await connection.ExecuteAsync("forget_loads", ct);
    }

    public Task AddAsync(Guid run, string fingerprint, Lakes? lakes, CancellationToken ct) =>
        connection.ExecuteAsync("add_load", ct, run, fingerprint, lakes is null ? DBNull.Value : $"{lakes}");

    // The newest run of the same call, or its retry.
    public async Task<RunStanding?> FindAsync(string fingerprint, CancellationToken ct) =>
        await connection.ScalarAsync<Guid>("find_load", ct, fingerprint) is var run && run != Guid.Empty ? await ReadAsync(run, ct) : null;

    public async Task<RunStanding?> ReadAsync(Guid run, CancellationToken ct) => (await connection.ReadAsync(
        "run_standing",
        r => new RunStanding(
            r.GetGuid(0), new GroupKey(r.GetInt64(1), r.GetString(2)), r.GetString(3), r.GetString(4) == "open", r.GetString(5),
            r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.IsDBNull(9) ? null : Lakes.Parse(r.GetString(9)), r.GetBoolean(10)),
        ct,
        run)).FirstOrDefault();

    public Task<List<string>> PathsAsync(Guid run, CancellationToken ct) =>
        connection.ReadAsync("run_paths", r => r.GetString(0), ct, run);

    public Task<List<UnfinishedLoad>> UnfinishedAsync(CancellationToken ct) => connection.ReadAsync(
        "unfinished_loads",
        r => new UnfinishedLoad(
            r.GetGuid(0), new GroupKey(r.GetInt64(1), r.GetString(2)), r.IsDBNull(3) ? null : Lakes.Parse(r.GetString(3))),
        ct);
}
