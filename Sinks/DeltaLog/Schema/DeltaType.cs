namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>The type of a column, or of a part of one.</summary>
public abstract record DeltaType
{
    private protected DeltaType()
    {
    }

    /// <summary>Returns the type as it stands in a schema's JSON.</summary>
    public string ToJson() => SchemaWriter.Text(this);
}
