using Hotstack.Templates.Documents;

namespace Hotstack.Templates;

/// <summary>
/// The sections of a Heat environment (heat: common/environment_format.py). Parameters are all that a restore sends; a section
/// that says anything else is refused, wherever in the file it stands, and an empty one says nothing.
/// </summary>
/// <remarks>
/// A stack's own environment, as <c>openstack stack environment show</c> prints it, is an environment again. There
/// <c>encrypted_param_names</c> tells which values Heat keeps encrypted in its database; the values themselves are shown in the
/// clear, or as <see cref="Mask"/> (heat: objects/raw_template.py; engine/service.py, get_environment). So the names need nothing.
/// </remarks>
internal static class EnvironmentSections
{
    public const string Parameters = "parameters";
    public const string Defaults = "parameter_defaults";

    /// <summary>What Heat shows in place of a hidden parameter's value.</summary>
    public const string Mask = "******";

    private const string EncryptedNames = "encrypted_param_names";

    private static readonly string[] Unused = ["resource_registry", "event_sinks", "parameter_merge_strategies"];

    /// <summary>Whether a file is an environment, and no mapping of parameters.</summary>
    public static bool AreIn(DocMap root) => Unused.Append(Parameters).Append(Defaults).Append(EncryptedNames).Any(root.Has);

    /// <exception cref="HotstackException"><c>ParameterFileInvalid</c>: a section holds what would be lost, with its line.</exception>
    public static void Check(DocMap root)
    {
        foreach ((DocScalar key, DocNode value) in root.Entries.Where(entry => entry.Key.Value is not (Parameters or Defaults)))
        {
            if (key.Value == EncryptedNames ? !IsNames(value) : !IsEmpty(value))
            {
                throw TemplateErrors.At(
                    key.Mark,
                    $"of a Heat environment only {Parameters} and {Defaults} are used, not {key.Value}.",
                    "Remove the section, or create the stack with Heat's own client.");
            }
        }
    }

    private static bool IsNames(DocNode value) =>
        IsEmpty(value) || (value is DocList names && names.Items.TrueForAll(name => name is DocScalar));

    private static bool IsEmpty(DocNode value) =>
        value is DocScalar scalar ? scalar.Type == YamlType.Null || scalar.Value.Length == 0 : HoldsNothing(value);

    /// <summary>Empty collections in each other, as <c>{resources: {}}</c>. A null within them says something: it takes a type away.</summary>
    private static bool HoldsNothing(DocNode value) => value switch
    {
        DocMap map => map.Entries.All(entry => HoldsNothing(entry.Value)),
        DocList list => list.Items.TrueForAll(HoldsNothing),
        _ => false,
    };
}
