using Hotstack.Help;

const string Usage = """
    build PAGES OUTPUT [URI]   makes MAML and the about topics of the Markdown in PAGES; URI is where "Get-Help -Online" finds PAGES
    update [PAGES [MODULE]]    writes SYNTAX and the yaml blocks of the pages anew from the built module, and leaves the prose alone;
                               by default docs/en-US and what "dotnet build" makes of src/Hotstack.SnapSet
    """;

try
{
    switch (args)
    {
        case ["build", var pages, var output]:
            HelpFolder.Build(pages, output);
            return 0;
        case ["build", var pages, var output, var address] when Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal):
            HelpFolder.Build(pages, output, uri);
            return 0;
        case ["update", .. { Length: <= 2 } rest]:
            string module = rest.ElementAtOrDefault(1) ?? "src/Hotstack.SnapSet/bin/Debug/net10.0/Hotstack.SnapSet.dll";
            foreach (string change in HelpFolder.Update(rest.ElementAtOrDefault(0) ?? "docs/en-US", CmdletSurface.AllOf(CmdletAssembly.Load(module))))
            {
                Console.WriteLine(change);
            }

            return 0;
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
