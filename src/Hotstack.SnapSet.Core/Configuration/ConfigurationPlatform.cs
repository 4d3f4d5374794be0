namespace Hotstack.Configuration;

/// <summary>Whose rules for directories and paths apply.</summary>
public enum ConfigurationPlatform
{
    Linux,
    MacOS,
    Windows,
}
