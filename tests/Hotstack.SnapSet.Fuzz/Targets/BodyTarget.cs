using System.Text.Json;
using Hotstack.Fuzz.Inputs;

namespace Hotstack.Fuzz.Targets;

/// <summary>What a service answers. A name in the corpus's files, before the first dash, is the service's.</summary>
internal abstract class BodyTarget(string name, params string[] examples) : FuzzTarget
{
    private readonly Tree[] _examples = Corpus.Trees([.. examples.Select(example => $"{name}-{example}.json")]);

    public override string Name => name;

    public override IReadOnlyList<byte[]> Hostile => Bombs.Json;

    public override IReadOnlyDictionary<string, Func<int, string>> Growing => Bombs.GrowingJson;

    public override byte[] Generate(Random random) => TreeInputs.Json(_examples, random);

    public override Verdict Run(byte[] input) => Verdict.Of(() => Read(Answers.Of(input).Json()));

    protected abstract void Read(JsonElement answer);

    /// <summary>Reads a field, if it is there and an object.</summary>
    protected static void One<T>(JsonElement answer, string field, Func<JsonElement, T> read)
    {
        if (answer.Field(field) is { } item)
        {
            read(item)?.ToString();
        }
    }

    /// <summary>Reads a list as paging does.</summary>
    protected static void Many<T>(JsonElement answer, string field, Func<JsonElement, T> read)
    {
        foreach (JsonElement item in answer.Items(field).Where(item => item.Text("id") is not null))
        {
            read(item)?.ToString();
        }
    }

    /// <summary>Reads a list as it is.</summary>
    protected static void All<T>(JsonElement answer, string field, Func<JsonElement, T> read)
    {
        foreach (JsonElement item in answer.Items(field))
        {
            read(item)?.ToString();
        }
    }
}
