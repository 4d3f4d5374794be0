using System.Diagnostics;
using Hotstack.Help;

const string Usage = """
    build PAGES OUTPUT [URI]   builds MAML and the about topics from the Markdown in PAGES; URI is where "Get-Help -Online" finds PAGES
    readme README OUTPUT           cuts the package's README out of the repository's
    update [ROOT [MODULE]]     after a change of a cmdlet: builds the module of the source tree ROOT, by default the current folder; updates
                               SYNTAX and the yaml blocks of docs/en-US and the golden surface; lists what is still missing, and then
                               ends with 1. With MODULE, the assembly of the cmdlets, builds nothing
    """;

try
{
    switch (args)
    {
        case ["build", var pages, var output]:
            HelpFolder.Build(pages, output);
            return 0;
        case ["build", var pages, var output, var address]
            when Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal):
            HelpFolder.Build(pages, output, uri);
            return 0;
        case ["readme", var readme, var output]:
            File.WriteAllText(output, PackageReadme.Write(readme, File.ReadAllText(readme)));
            return 0;
        case ["update", .. { Length: <= 2 } rest]:
            return Update(rest.ElementAtOrDefault(0) ?? ".", rest.ElementAtOrDefault(1));
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (HelpSourceException e)
{
    Console.Error.WriteLine(e);
    return 1;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Update(string root, string? module)
{
    string project = Path.GetFullPath(Path.Combine(root, "src", "Hotstack.SnapSet"));
    if (module is null && Run(root, "dotnet", "build", project, "--nologo", "--verbosity", "quiet") is (not 0, var errors))
    {
        Console.Error.WriteLine(errors);
        return 1;
    }

    IReadOnlyList<Type> types = CmdletSurface.TypesOf(module ?? Path.Combine(project, "bin", "Debug", "net10.0", "Hotstack.SnapSet.dll"));
    CmdletSurface[] cmdlets = [.. types.Select(CmdletSurface.Of)];
    List<string> lines = [.. HelpFolder.Update(HelpFolder.PagesIn(root), cmdlets)];
    string surface = SurfaceText.Of(types);
    string golden = Path.Combine(root, SurfaceText.GoldenFile);
    if (File.ReadAllText(golden).ReplaceLineEndings("\n") != surface)
    {
        File.WriteAllText(golden, surface);
        lines.Add($"changed: {golden}");
    }

    (int code, string committed) = Run(root, "git", "show", $"HEAD:{SurfaceText.GoldenFile}");
    string[] missing = [.. new Omissions(root, cmdlets).Find(code == 0 ? committed : null, surface).Select(line => $"missing: {line}")];
    lines.AddRange(missing);
    lines.ForEach(Console.WriteLine);
    return missing.Length > 0 ? 1 : 0;
}

static (int Code, string Output) Run(string folder, string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output.Length > 0 ? output : errors.GetAwaiter().GetResult());
}
