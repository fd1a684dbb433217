using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class SchemaTests
{
    private const string Whole =
        """{"type":"struct","fields":["""
        + """{"name":"a \"b\" ü","type":"long","nullable":false,"metadata":{"x":{"y":[1, 2]}}},"""
        + """{"name":"d","type":"decimal(38,10)","nullable":true,"metadata":{}},"""
        + """{"name":"s","type":{"type":"struct","fields":["""
        + """{"name":"t","type":"timestamp_ntz","nullable":true,"metadata":{}}]},"nullable":true,"metadata":{}},"""
        + """{"name":"l","type":{"type":"array","elementType":"string","containsNull":false},"nullable":true,"metadata":{}},"""
        + """{"name":"m","type":{"type":"map","keyType":"string","""
        + """
        "valueType":{"type":"array","elementType":"binary","containsNull":true},"valueContainsNull":true},"nullable":true,"metadata":{}},
        """
        + """{"name":"v","type":"variant","nullable":true,"metadata":{}}]}""";

    [Fact]
    public void A_schema_is_written_as_it_was_read() => Assert.Equal(Whole, DeltaSchema.Parse(Whole).ToJson());

    [Fact]
    public void Parts_of_a_schema_have_their_types()
    {
        var schema = DeltaSchema.Parse(Whole);

        Assert.Equal(new DecimalType(38, 10), schema.Find("D")!.Type);
        Assert.Equal(new ArrayType(new PrimitiveType("string"), false), schema.Find("l")!.Type);
        Assert.False(((PrimitiveType)schema.Find("v")!.Type).IsKnown);
        Assert.Equal("""{"x":{"y":[1, 2]}}""", schema.Fields[0].Metadata);
        Assert.Null(schema.Find("none"));
    }

    [Theory]
    [InlineData("decimal", "decimal(10,0)")]
    [InlineData("decimal(5, 2)", "decimal(5,2)")]
    [InlineData("interval day", "interval day")]
    public void A_types_name_is_read_as_old_writers_wrote_it(string name, string written) =>
        Assert.Equal(
            $"\"{written}\"",
            DeltaSchema.Parse($$"""{"type":"struct","fields":[{"name":"a","type":"{{name}}"}]}""").Fields[0].Type.ToJson());

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"long\"")]
    [InlineData("""{"type":"struct"}""")]
    [InlineData("""{"type":"struct","fields":{}}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":1,"type":"long"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":{"type":"udt"}}]}""")]
    public void What_is_no_schema_is_refused(string json) => Assert.Throws<FormatException>(() => DeltaSchema.Parse(json));
}
