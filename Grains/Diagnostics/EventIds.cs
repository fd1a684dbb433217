namespace OrleansBatch.Grains.Diagnostics;

/// <summary>The ids of the engine's log events. Each id means one thing; the id of an event that is gone is not given to another.</summary>
internal static class EventIds
{
    // Tenures.
    public const int OwnershipEnded = 100;
    public const int FormerOwnerLost = 101;
    public const int EntryRetried = 102;
    public const int RunFailed = 103;
    public const int EntryWantsToBeAlone = 104;
    public const int RequestCompliedWith = 105;
    public const int SinkNotReleased = 106;
    public const int WindowGoesOneByOne = 107;
    public const int RunEndNoted = 108;
    public const int EntrySucceededAtLast = 109;
    public const int SinkWaitBegan = 110;
    public const int SinkWaitEnded = 111;
    public const int SinkForgot = 112;
    public const int SinkDidNotForget = 113;
    public const int StatementsCancelled = 114;
    public const int LostOwnerApplied = 115;
    public const int UpkeepDone = 116;
    public const int UpkeepFailed = 117;

    // Polling.
    public const int SilentOwnerEnded = 200;
    public const int GroupNotStarted = 201;

    // Diagnostics.
    public const int DatabaseWentAway = 220;
    public const int DatabaseCameBack = 221;
    public const int DatabaseStaysAway = 222;
    public const int TroubleGoesOn = 223;
    public const int TroubleOver = 224;
    public const int RepeatsLeftOut = 225;

    // Recovery.
    public const int SweepFailed = 300;
    public const int WakeupsMended = 301;
    public const int HooksNotTold = 302;
    public const int QueueNotSampled = 303;
    public const int SweepNotScheduled = 310;
    public const int PartitionDropped = 320;
    public const int PartitionHeld = 321;
    public const int PartitionAttachedAgain = 322;
    public const int PartitionWaits = 323;
    public const int PartitionInTheWay = 324;
    public const int SinkWaitEndedElsewhere = 330;
    public const int SinkSeeded = 340;
    public const int RunsStranded = 341;
    public const int PausedGroupsWoken = 342;
    public const int HookFailed = 343;
    public const int GroupForgotten = 344;
    public const int UpkeepWoken = 345;

    // Hosting.
    public const int SinksServed = 400;
    public const int SinkNotSeeded = 401;
}
