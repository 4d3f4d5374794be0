using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Hotstack.Help;

/// <summary>Writes what Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The whole file, the same for the same pages.</summary>
    /// <param name="pages">The cmdlets' pages.</param>
    /// <param name="documentation">The address of the folder of the pages online; null if there is none.</param>
    public static string Write(IEnumerable<CmdletHelp> pages, Uri? documentation = null)
    {
        var root = new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), pages.Select(page => Of(page, documentation)));
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            root.Save(writer);
        }

        return $"""<?xml version="1.0" encoding="utf-8"?>{"\n"}{text}{"\n"}""";
    }

    private static XElement Of(CmdletHelp page, Uri? documentation)
    {
        string[] words = page.Name.Split('-', 2);
        return new XElement(Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(Command + "details",
                new XElement(Command + "name", page.Name),
                new XElement(Command + "verb", words[0]),
                new XElement(Command + "noun", words[1]),
                Description([page.Synopsis])),
            Description(page.Description),
            new XElement(Command + "syntax", page.Syntax.Select(set => new XElement(Command + "syntaxItem",
                new XElement(Maml + "name", page.Name),
                SyntaxText.In(set.Name, page.Parameters).Select(p => Parameter(p.Parameter, p.Facts, isInSyntax: true))))),
            new XElement(Command + "parameters", page.Parameters.Select(p => Parameter(p, p.Facts[0], isInSyntax: false))),
            new XElement(Command + "inputTypes", page.Inputs.Select(t => Type("inputType", t))),
            new XElement(Command + "returnValues", page.Outputs.Select(t => Type("returnValue", t))),
            new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paras(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(Example)),
            new XElement(Command + "relatedLinks",
                documentation is null ? null : Link("Online Version:", $"{documentation.AbsoluteUri.TrimEnd('/')}/{page.Name}.md"),
                page.Links.Select(link => Link(link.Address is null ? link.Text : $"{link.Text}: {link.Address}", ""))));
    }

    /// <remarks>"Get-Help -Online" opens the first address that it finds here: so the only one is that of the page itself.</remarks>
    private static XElement Link(string text, string address) =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    /// <remarks>The list of all parameters has no sets: it has the facts of the first set.</remarks>
    private static XElement Parameter(ParameterHelp parameter, ParameterFacts facts, bool isInSyntax) => new(Command + "parameter",
        new XAttribute("required", Lower(facts.IsRequired)),
        new XAttribute("variableLength", Lower(facts.Type.EndsWith("[]", StringComparison.Ordinal))),
        new XAttribute("globbing", Lower(facts.TakesWildcards)),
        new XAttribute("pipelineInput", facts.PipelineInput),
        new XAttribute("position", facts.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", facts.Aliases.Count > 0 ? string.Join(", ", facts.Aliases) : "none"),
        new XElement(Maml + "name", parameter.Name),
        Description(parameter.Text),
        facts.AcceptedValues.Count == 0 ? null : new XElement(Command + "parameterValueGroup",
            facts.AcceptedValues.Select(value => new XElement(Command + "parameterValue",
                new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value))),
        isInSyntax && facts.IsSwitch ? null : new XElement(Command + "parameterValue",
            new XAttribute("required", Lower(!facts.IsSwitch)),
                new XAttribute("variableLength", Lower(facts.Type.EndsWith("[]", StringComparison.Ordinal))),
            facts.Type),
        new XElement(Dev + "type", new XElement(Maml + "name", facts.Type), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", facts.Default));

    private static XElement Type(string element, TypeHelp type) => new(Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name), new XElement(Maml + "uri")), Description(type.Text));

    private static XElement Example(HelpExample example, int index) => new(Command + "example",
        new XElement(Maml + "title", $"-------- Example {index + 1}: {example.Title} --------"),
        new XElement(Dev + "code", example.Output.Length > 0 ? $"{example.Code}\n\n{example.Output}" : example.Code),
        // A blank line before the next example.
        new XElement(Dev + "remarks", Paras([.. example.Remarks, ""])));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paras(paragraphs));

    private static IEnumerable<XElement> Paras(IEnumerable<string> paragraphs) =>
        paragraphs.Select(text => new XElement(Maml + "para", text));

    private static string Lower(bool value) => value ? "true" : "false";
}
