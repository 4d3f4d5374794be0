using System.Text.Json;

namespace Hotstack.Bench;

/// <summary>The real OpenStack of tests/lab, and servers of our own in it.</summary>
internal sealed class Lab
{
    private const string Cloud = "lab";

    private readonly Upstream _upstream;

    private Lab(string clouds, Upstream upstream) => (_upstream, Environment) = (
        upstream, new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = clouds, ["OS_CLOUD"] = Cloud });

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <exception cref="SkippedException">It does not run.</exception>
    public static async Task<Lab> FindAsync()
    {
        string folder = System.Environment.GetEnvironmentVariable("OSLAB_DIR") ?? Path.Combine(Path.GetTempPath(), "oslab");
        string clouds = Path.Combine(folder, "clouds.yaml");
        if (!File.Exists(clouds))
        {
            throw new SkippedException("the lab of tests/lab does not run");
        }

        var lab = new Lab(clouds, await Upstream.FindAsync());
        Ended ended = await lab.DoAsync("assert conn.compute.find_flavor('lab.tiny') and conn.network.find_network('lab-net')");
        return ended.ExitCode == 0 ? lab : throw new SkippedException("the lab of tests/lab does not answer");
    }

    /// <summary>Makes servers and shuts them off.</summary>
    /// <param name="prefix">Their names are this and a number.</param>
    /// <param name="count">How many.</param>
    /// <returns>The file of instances for create_snapset.py.</returns>
    public async Task<string> MakeServersAsync(string prefix, int count) => (await GoodAsync($$"""
        import json
        image, flavor, network = conn.image.find_image('lab-guest'), conn.compute.find_flavor('lab.tiny'), conn.network.find_network('lab-net')
        made = [conn.compute.create_server(name=f'{{prefix}}{i}', image_id=image.id, flavor_id=flavor.id, networks=[{'uuid': network.id}])
                for i in range({{count}})]
        made = [conn.compute.wait_for_server(server, wait=300) for server in made]
        for server in made:
            conn.compute.stop_server(server)
        made = [conn.compute.wait_for_server(conn.compute.get_server(s.id), status='SHUTOFF', interval=1, wait=120) for s in made]
        print(json.dumps({s.name: {'uuid': s.id, 'role': 'ocp_worker',
                                   'mac_address': next(iter(s.addresses.values()))[0]['OS-EXT-IPS-MAC:mac_addr']} for s in made}))
        """)).Output.Trim();

    public Task DeleteServersAsync(string prefix) => GoodAsync($"""
        for server in conn.compute.servers(name='^{prefix}'):
            conn.compute.delete_server(server)
        """);

    public Task DeleteSetsAsync(IEnumerable<string> ids) => GoodAsync($$"""
        for id in {{JsonSerializer.Serialize(ids)}}:
            for image in list(conn.image.images(tag=f'snap_id={id}')):
                conn.image.delete_image(image.id)
        """);

    private async Task<Ended> GoodAsync(string script)
    {
        Ended ended = await DoAsync(script);
        return ended.ExitCode == 0 ? ended : throw new InvalidOperationException($"The lab could not be prepared:\n{ended.Errors}");
    }

    private Task<Ended> DoAsync(string script) =>
        _upstream.ScriptAsync($"import openstack\nconn = openstack.connect()\n{script}", Environment);
}
