using Hotstack.SnapSets.Marks;
using Xunit;

namespace Hotstack.SnapSets;

public sealed class SnapSetLabelsTests
{
    private static SnapSetLabels Of(params (string Key, string Value)[] labels) =>
        SnapSetLabels.Of(labels.Select(label => KeyValuePair.Create(label.Key, label.Value)));

    /// <summary>Two properties that differ only in case end in Glance's error 500.</summary>
    [Fact]
    public void Keys_are_in_lower_case_and_the_last_of_two_counts()
    {
        SnapSetLabels labels = Of(("Rhoso", "17"), ("owner", "me"), ("rhoSO", "18"));

        Assert.Equal(["owner", "rhoso"], labels.Keys);
        Assert.Equal("18", labels["RHOSO"]);
        Assert.Equal("owner=me, rhoso=18", labels.ToString());
    }

    [Fact]
    public void Changes_add_replace_and_remove()
    {
        SnapSetLabels labels = Of(("a", "1"), ("b", "2"), ("c", "3"));

        SnapSetLabels changed = labels.With(new Dictionary<string, string?> { ["B"] = "new", ["c"] = null, ["d"] = "4", ["gone"] = null });

        Assert.Equal("a=1, b=new, d=4", changed.ToString());
        Assert.Equal("a=1, b=2, c=3", labels.ToString());
    }

    [Fact]
    public void They_are_equal_by_their_texts()
    {
        Assert.Equal(Of(("A", "1"), ("b", "2")), Of(("b", "2"), ("a", "1")));
        Assert.NotEqual(Of(("a", "1")), Of(("a", "2")));
        Assert.NotEqual(Of(("a", "1")), Of(("a", "1"), ("b", "2")));
    }

    [Theory]
    [InlineData("", "1", "label '': the key is empty")]
    [InlineData("a b", "1", "label 'a b': the key must begin with a letter or a digit")]
    [InlineData("_a", "1", "the key must begin with")]
    [InlineData("ä", "1", "the key must begin with")]
    [InlineData("a/b", "1", "the key must begin with")]
    [InlineData("a~b", "1", "the key must begin with")]
    [InlineData("a\n", "1", "the key must begin with")]
    [InlineData("a", "", "label 'a': the text is empty; give a text, or $null")]
    [InlineData("a", " x", "label 'a': the text begins or ends with a blank")]
    [InlineData("a", "x\ny", "label 'a': the text holds a line break")]
    [InlineData("a", "x\u202ey", "label 'a': the text holds a line break or another control or invisible character")]
    [InlineData("a", "\U0001F600", "label 'a': the text holds a character beyond U+FFFF")]
    public void What_cannot_be_recorded_is_told_with_its_reason(string key, string value, string reason) =>
        Assert.Contains(reason, Assert.Single(Of((key, value)).Violations()), StringComparison.Ordinal);

    [Fact]
    public void Limits_are_told_with_the_figures()
    {
        Assert.Empty(Of((new string('k', 63), new string('v', 255))).Violations());
        Assert.Equal("label '" + new string('k', 60) + "…': the key is 64 characters long; the limit is 63",
            Assert.Single(Of((new string('k', 64), "1")).Violations()));
        Assert.Equal("label 'a': the text is 256 characters long; the limit is 255", Assert.Single(Of(("a", new string('v', 256))).Violations()));
        Assert.Contains("there are 33 labels; a set has at most 32",
            Of([.. Enumerable.Range(0, 33).Select(i => ($"k{i}", "1"))]).Violations().First(), StringComparison.Ordinal);
        Assert.Contains("are 259 characters long together",
            Assert.Single(Of([.. Enumerable.Range(0, 4).Select(i => ($"{i}{new string('k', 62)}", "1")), ("x12", "1")]).Violations()), StringComparison.Ordinal);
    }

    /// <summary>The snapshot of a restored server inherits the properties of the older set.</summary>
    [Fact]
    public void Inherited_labels_do_not_count()
    {
        Dictionary<string, string> properties = LabelProperties.Of(Of(("old", "1"), ("kept", "1"))).ToDictionary();
        foreach ((string key, string value) in LabelProperties.Of(Of(("kept", "2"))))
        {
            properties[key] = value;
        }

        Assert.Equal("kept=2", LabelProperties.From(properties).ToString());
    }

    [Fact]
    public void What_others_wrote_is_read_only_where_it_is_a_label() => Assert.Equal("b=2", LabelProperties.From(new Dictionary<string, string>
    {
        ["hotstack_labels"] = "a,b,,c d,missing",
        ["hotstack_label_a"] = "",
        ["hotstack_label_b"] = "2",
        ["hotstack_label_c d"] = "3",
        ["hotstack_label_hidden"] = "4",
    }).ToString());

    [Theory]
    [InlineData("rhoso", "18.*", true)]
    [InlineData("RHOSO", "18.0.3", true)]
    [InlineData("rhoso", "17*", false)]
    [InlineData("owner", "*", false)]
    public void A_condition_is_a_pattern_of_the_text_by_the_key(string key, string pattern, bool holds) =>
        Assert.Equal(holds, Of(("rhoso", "18.0.3")).Match([new(key, pattern)]));
}
