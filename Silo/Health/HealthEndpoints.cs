using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Silo.Health;

/// <summary>Answers an orchestrator's questions: whether to restart the silo, and whether it can take work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", (EngineHealth health) => Answer(health.LivenessProblems()));
        app.MapGet("/health/ready", (EngineHealth health) => Answer(health.ReadinessProblems()));
    }

    private static IResult Answer(IReadOnlyList<string> problems) =>
        problems.Count == 0
            ? Results.Text("ok\n")
            : Results.Text(string.Join('\n', problems) + '\n', statusCode: StatusCodes.Status503ServiceUnavailable);
}
