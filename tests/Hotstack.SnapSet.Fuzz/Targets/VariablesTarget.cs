using Hotstack.Fuzz.Inputs;
using Hotstack.OpenStack.Configuration;

namespace Hotstack.Fuzz.Targets;

/// <summary>A cloud of OS_* variables: one a line.</summary>
internal sealed class VariablesTarget : FuzzTarget
{
    private static readonly string[] Example =
    [
        "OS_AUTH_URL=https://keystone.example:5000/v3", "OS_USERNAME=anna", $"OS_PASSWORD={Secret.Marker}", "OS_PROJECT_NAME=hot",
            "OS_USER_DOMAIN_NAME=Default",
        "OS_PROJECT_DOMAIN_ID=default", "OS_REGION_NAME=One", "OS_INTERFACE=public", "OS_IDENTITY_API_VERSION=3", "OS_CACERT=~/ca.pem",
    ];

    private static readonly string[] Further =
    [
        "OS_AUTH_TYPE", "OS_TOKEN", "OS_ENDPOINT", "OS_APPLICATION_CREDENTIAL_ID", "OS_TRUST_ID", "OS_SYSTEM_SCOPE", "OS_TENANT_NAME",
            "OS_VERIFY", "OS_INSECURE",
        "OS_COMPUTE_API_VERSION", "OS_IMAGE_ENDPOINT_OVERRIDE", "OS_API_TIMEOUT", "OS_CLOUD_NAME", "OS_CERT", "OS_KEY", "OS_",
            "OS_DOMAIN_ID", "OS_ENDPOINT_TYPE",
    ];

    /// <summary>What a file holds, in place of its path.</summary>
    private static readonly string[] Contents =
    [
        $"OS_CERT=/c.pem\nOS_KEY=-----BEGIN PRIVATE KEY-----\\n{Secret.Marker}\\n-----END PRIVATE KEY-----",
            $"OS_CACERT=-----BEGIN CERTIFICATE----- {Secret.Marker}",
        $"OS_CERT=LS0tLS1CRUdJTi{Secret.Marker}", $"OS_CLIENT_CONFIG_FILE=clouds:\rpassword: {Secret.Marker}",
            $"OS_VERIFY=-----BEGIN CERTIFICATE-----/{Secret.Marker}",
    ];

    public override string Name => "variables";

    public override byte[] Generate(Random random)
    {
        List<string> lines = [.. Example.Where(_ => random.Next(20) > 0)];
        for (int more = random.Next(3); more > 0; more--)
        {
            lines.Add($"{random.Pick(Further)}={Vocabulary.Scalar(random)}");
        }

        if (random.Next(4) == 0)
        {
            int at = random.Next(lines.Count + 1);
            lines.Insert(at, $"{random.Pick(Example).Split('=')[0]}={Vocabulary.Scalar(random)}");
        }

        if (random.Next(10) == 0)
        {
            lines.Insert(random.Next(lines.Count + 1), random.Pick(Contents));
        }

        return Bytes(string.Join('\n', lines));
    }

    public override Verdict Run(byte[] input) => Verdict.Of(() =>
    {
        var sources = new Sources();
        foreach (string[] pair in Text(input).Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2))
        {
            sources.Variables[pair[0]] = pair[1];
        }

        CloudsTarget.Use(new CloudConfigurationLoader(sources.Build()).Load(null, null, new WatchedActivity()));
    });
}
