namespace Hotstack.Sandbox;

/// <summary>The sandbox as a program: a verb, then its options.</summary>
internal static class Program
{
    private static readonly (string Name, string Help, Func<string[], Task<int>> Run)[] Verbs =
    [
        ("demo", Demo.DemoCommand.Help, Demo.DemoCommand.RunAsync),
        ("serve", ServeCommand.Help, ServeCommand.RunAsync),
        (Controllers.Client.SshClientCommand.Verb, Controllers.Client.SshClientCommand.Help, Controllers.Client.SshClientCommand.RunAsync),
        ("help", "help                      what it can do", _ => Task.FromResult(Help(Console.Out, 0))),
    ];

    public static async Task<int> Main(string[] args)
    {
        // Without a verb, all is for `serve`.
        var named = args.Length > 0 && !args[0].StartsWith('-');
        var verb = named ? args[0] : args.Contains("--help") || args.Contains("-h") ? "help" : "serve";
        var found = Array.Find(Verbs, v => v.Name == verb);
        if (found.Run is null)
        {
            await Console.Error.WriteLineAsync($"hotstack-sandbox: there is no verb '{verb}'");
            return Help(Console.Error, 2);
        }

        if (named && verb is "demo" or "serve" && args.Intersect(["--help", "-h"]).Any())
        {
            Console.WriteLine(found.Help);
            return 0;
        }

        try
        {
            return await found.Run(named ? args[1..] : args);
        }
        catch (UsageException error)
        {
            await Console.Error.WriteLineAsync($"hotstack-sandbox {verb}: {error.Message}");
            return 2;
        }
        catch (IOException error)
        {
            // A port in use, a file that cannot be written.
            await Console.Error.WriteLineAsync($"hotstack-sandbox {verb}: {error.Message}");
            return 1;
        }
    }

    private static int Help(TextWriter to, int code)
    {
        to.WriteLine("hotstack-sandbox: an OpenStack cloud with a Hotstack deployment in it, on loopback");
        foreach (var (_, help, _) in Verbs)
        {
            to.WriteLine("  " + help.Replace("\n", "\n  ", StringComparison.Ordinal));
        }

        return code;
    }
}
