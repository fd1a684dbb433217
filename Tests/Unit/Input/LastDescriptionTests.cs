using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class LastDescriptionTests
{
    private readonly LastDescription _last = new();

    private int _asked;

    [Fact]
    public void A_file_is_described_anew_where_its_schema_or_its_geo_metadata_differs_from_the_last_files()
    {
        var plain = new FileFooter { Schema = [new SchemaElement { Name = "schema", Children = 1 }, new SchemaElement { Name = "a" }] };

        Assert.Equal(1, Ask(plain));
        Assert.Equal(1, Ask(plain with { Schema = [.. plain.Schema], Rows = 7 }));
        Assert.Equal(2, Ask(plain with { Geo = "{}" }));
        Assert.Equal(3, Ask(plain));
        Assert.Equal(4, Ask(plain with { Schema = [plain.Schema[0], plain.Schema[1] with { Precision = 9 }] }));
    }

    [Fact]
    public void A_file_that_could_not_be_described_is_not_remembered()
    {
        var footer = new FileFooter { Schema = [new SchemaElement { Name = "schema" }] };
        Assert.Throws<InvalidOperationException>(() => _last.Of(footer, () => throw new InvalidOperationException()));

        Assert.Equal(1, Ask(footer));
    }

    private int Ask(FileFooter footer)
    {
        _last.Of(footer, () =>
        {
            _asked++;
            return [];
        });
        return _asked;
    }
}
