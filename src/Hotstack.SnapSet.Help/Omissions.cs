using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hotstack.Help;

/// <summary>Finds what a change of the cmdlets or of their output leaves undone elsewhere in the source tree.</summary>
/// <param name="root">The folder of the source tree.</param>
/// <param name="cmdlets">The cmdlets as they are.</param>
internal sealed class Omissions(string root, IReadOnlyList<CmdletSurface> cmdlets)
{
    private readonly string _pester = string.Join('\n',
        Directory.EnumerateFiles(Path.Combine(root, "tests", "Pester"), "*.Tests.ps1").Select(File.ReadAllText));

    /// <summary>One line for each omission: the file, and what it lacks.</summary>
    /// <param name="before">The surface at the last commit; null if it is not known.</param>
    /// <param name="after">The surface as it is.</param>
    public IEnumerable<string> Find(string? before, string after) =>
    [
        .. Pages(), .. cmdlets.SelectMany(cmdlet => InFiles(cmdlet.Name)),
        .. before is null ? [] : NewParameters(before, after), .. Views(),
    ];

    private IEnumerable<string> Pages()
    {
        foreach (CmdletSurface cmdlet in cmdlets)
        {
            string file = Path.Combine(HelpFolder.PagesIn(root), cmdlet.Name + ".md");
            string? error = null;
            try
            {
                PageReader.Read(file, File.ReadAllText(file));
            }
            catch (HelpSourceException e)
            {
                error = e.ToString();
            }

            if (error is not null)
            {
                yield return error;
            }
        }
    }

    private IEnumerable<string> InFiles(string cmdlet)
    {
        (string File, string Text, string What)[] needs =
        [
            ("README.md", $"`{cmdlet}", $"{cmdlet} in the table of cmdlets"),
            ("CHANGELOG.md", cmdlet, cmdlet),
            ("docs/en-US/about_Hotstack_SnapSet.md", cmdlet, cmdlet),
            ("Hotstack.SnapSet.psd1", $"'{cmdlet}'", $"{cmdlet} in CmdletsToExport"),
            ("tests/Pester/HostileNames.Tests.ps1", $"'{cmdlet}' =", $"lines for {cmdlet}"),
        ];
        IEnumerable<string> lacking = needs.Where(need => !Text(need.File).Contains(need.Text, StringComparison.Ordinal))
            .Select(need => $"{need.File}: lacks {need.What}");
        int described = _pester.Split('\n').Count(line => line.TrimEnd() == $"Describe '{cmdlet}' {{");
        return described == 1 ? lacking : lacking.Append($"tests/Pester: lacks exactly one Describe '{cmdlet}'");
    }

    /// <summary>Users learn of a new parameter from the changelog, and of its use from the tests in Pester.</summary>
    private IEnumerable<string> NewParameters(string before, string after) =>
        from parameter in Parameters(after).Except(Parameters(before))
        from file in (string[])["CHANGELOG.md", "tests/Pester"]
        where !Regex.IsMatch(file == "tests/Pester" ? _pester : Text(file), $@"-{parameter.Name}\b")
        select $"{file}: lacks -{parameter.Name}, which is new in {parameter.Cmdlet}";

    private static IEnumerable<(string Cmdlet, string Name)> Parameters(string surface) =>
        from block in surface.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        from line in block.Split('\n').Skip(1)
        select (block.Split(',', ':')[0], line.Trim().Split(' ')[0].TrimStart('-'));

    /// <summary>Every property of a shown type has a line in its list. If it has a twin for people (Size, SizeText), that has one.</summary>
    private IEnumerable<string> Views()
    {
        const string File = "Hotstack.SnapSet.Format.ps1xml";
        XElement[] views = [.. XDocument.Parse(Text(File)).Descendants("View")];
        Type[] outputs = [.. cmdlets.SelectMany(cmdlet => cmdlet.Outputs).Where(type => !IsOfDotNet(type)).Distinct()];
        foreach (Type type in outputs.Where(type => views.All(view => NameOf(view) != type.FullName)))
        {
            yield return $"{File}: lacks views of {type.FullName}";
        }

        foreach (XElement view in views.Where(view => view.Element("ListControl") is not null))
        {
            Type? type = outputs.Select(output => output.Assembly.GetType(NameOf(view))).FirstOrDefault(found => found is not null);
            string[] shown = [.. view.Descendants("ListItem").Select(item => PropertyOf(item))];
            IEnumerable<string> names = (type?.GetProperties() ?? []).Select(p => p.Name)
                .Where(name => type!.GetProperty(name + "Text") is null);
            foreach (string name in names.Except(shown))
            {
                yield return $"{File}: the list of {NameOf(view)} lacks {name}";
            }
        }
    }

    private static string NameOf(XElement view) => view.Descendants("TypeName").First().Value;

    private static string PropertyOf(XElement item) =>
        item.Element("PropertyName")?.Value ?? Regex.Match(item.Element("ScriptBlock")?.Value ?? "", @"(?<=\$_\.)\w+").Value;

    private static bool IsOfDotNet(Type type) => type.Assembly == typeof(object).Assembly;

    private string Text(string file) => File.ReadAllText(Path.Combine(root, file)).ReplaceLineEndings("\n");
}
