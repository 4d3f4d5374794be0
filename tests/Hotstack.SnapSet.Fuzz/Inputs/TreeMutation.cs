namespace Hotstack.Fuzz.Inputs;

/// <summary>Changes a tree here and there. What is secret stays where it is: elsewhere it would be told with good reason.</summary>
internal static class TreeMutation
{
    public static Tree Mutated(Tree tree, Random random, int most = 6)
    {
        Tree copy = tree.Copy();
        for (int change = random.Next(most); change > 0; change--)
        {
            Tree[] all = [.. copy.All()];
            Change(random.Pick(all), all, random);
        }

        return copy;
    }

    private static void Change(Tree node, Tree[] all, Random random)
    {
        if (node.Entries is { } entries)
        {
            ChangeMap(entries, all, random);
        }
        else if (node.Items is { } items)
        {
            ChangeList(items, all, random);
        }
        else if (!node.IsSecret)
        {
            (node.Scalar, node.IsText) = (random.Next(4) == 0 ? node.Scalar + Vocabulary.Scalar(random) : Vocabulary.Scalar(random),
                random.Next(3) > 0);
        }
    }

    private static void ChangeMap(List<(string Key, Tree Value)> entries, Tree[] all, Random random)
    {
        int at = entries.Count == 0 ? 0 : random.Next(entries.Count);
        switch (entries.Count == 0 ? 5 : random.Next(8))
        {
            case 0:
                entries.RemoveAt(at);
                break;
            case 1:
                entries.Insert(random.Next(entries.Count), (entries[at].Key, entries[at].Value.Copy()));
                break;
            case 2:
                entries[at] = (Vocabulary.Scalar(random), Plain(entries[at].Value));
                break;
            case 3:
                entries[at] = (entries[at].Key, Odd(all, random));
                break;
            case 4:
                entries[at] = (entries[at].Key, Tree.List([entries[at].Value]));
                break;
            case 5:
                entries.Add((Vocabulary.Scalar(random), Odd(all, random)));
                break;
            case 6:
                entries[at] = (entries[at].Key, Tree.Of("null", isText: false));
                break;
            default:
                (string other, Tree value) = entries[random.Next(entries.Count)];
                entries[at] = (entries[at].Key, Plain(value.Copy()));
                break;
        }
    }

    private static void ChangeList(List<Tree> items, Tree[] all, Random random)
    {
        switch (items.Count == 0 ? 0 : random.Next(4))
        {
            case 0:
                items.Insert(random.Next(items.Count + 1), Odd(all, random));
                break;
            case 1:
                items.RemoveAt(random.Next(items.Count));
                break;
            case 2:
                items.Add(random.Pick(items).Copy());
                break;
            default:
                items[random.Next(items.Count)] = Odd(all, random);
                break;
        }
    }

    /// <summary>Something else in its place: a scalar, something from elsewhere in the tree, or a bit of depth.</summary>
    private static Tree Odd(Tree[] all, Random random) => random.Next(6) switch
    {
        0 => Tree.List([]),
        1 => Tree.Map([]),
        2 => Plain(random.Pick(all).Copy()),
        3 => Tree.List([Tree.Of(Vocabulary.Scalar(random)), Tree.Map([(Vocabulary.Scalar(random), Tree.Of("1", isText: false))])]),
        _ => Tree.Of(Vocabulary.Scalar(random), random.Next(2) == 0),
    };

    private static Tree Plain(Tree tree)
    {
        foreach (Tree inner in tree.All().Where(inner => inner.IsSecret))
        {
            (inner.Scalar, inner.IsSecret) = ("moved", false);
        }

        return tree;
    }
}
