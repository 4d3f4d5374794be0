using System.Text;

namespace Hotstack.Fuzz.Inputs;

/// <summary>The ways in which most input is made: of a valid tree, changed a bit, written somehow, at times damaged.</summary>
internal static class TreeInputs
{
    public static byte[] Yaml(Tree[] corpus, Random random) => Make(corpus, random, TreeText.Yaml);

    public static byte[] Json(Tree[] corpus, Random random) => Make(corpus, random, TreeText.Json);

    /// <summary>JSON is YAML, too.</summary>
    public static byte[] YamlOrJson(Tree[] corpus, Random random) =>
        Make(corpus, random, random.Next(8) == 0 ? TreeText.Json : TreeText.Yaml);

    private static byte[] Make(Tree[] corpus, Random random, Func<Tree, Random, string> write)
    {
        int damage = random.Next(10);
        Tree tree = TreeMutation.Mutated(random.Pick(corpus), random);
        Secrecy.Fill(tree, random, mayBeMoved: damage < 2);
        byte[] bytes = Encoding.UTF8.GetBytes(write(tree, random));
        return damage < 2 ? ByteMutation.Mutated(bytes, random)
            : damage == 2 ? ByteMutation.Torn(bytes, random)
            : bytes;
    }
}
