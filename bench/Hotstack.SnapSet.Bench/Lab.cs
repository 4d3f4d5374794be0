namespace Hotstack.Bench;

/// <summary>The real OpenStack of tests/lab, and the little that is prepared and tidied up there.</summary>
internal sealed class Lab
{
    private const string Cloud = "lab";

    private Lab(string clouds) =>
        Environment = new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = clouds, ["OS_CLOUD"] = Cloud };

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <exception cref="SkippedException">It does not run.</exception>
    public static async Task<Lab> FindAsync()
    {
        string folder = System.Environment.GetEnvironmentVariable("OSLAB_DIR") ?? Path.Combine(Path.GetTempPath(), "oslab");
        string clouds = Path.Combine(folder, "clouds.yaml");
        var lab = new Lab(clouds);
        Upstream upstream = File.Exists(clouds)
            ? await Upstream.FindAsync()
            : throw new SkippedException("the lab of tests/lab does not run");
        Ended ended = await lab.DoAsync(upstream, "print(conn.orchestration.get_stack('hotstack').status)");
        return ended.ExitCode == 0 ? lab : throw new SkippedException("the lab of tests/lab does not run, or has no stack");
    }

    /// <summary>Shuts the servers of a stack off.</summary>
    /// <returns>The file of instances for create_snapset.py.</returns>
    public async Task<string> StopAsync(Upstream upstream, string stack) => (await GoodAsync(upstream, $"""
        import json
        outputs = [o['output_value'] for o in conn.orchestration.get_stack('{stack}').outputs if o['output_key'] == 'snapset_data']
        instances = outputs[0]['instances']
        for i in instances.values():
            if conn.compute.get_server(i['uuid']).status != 'SHUTOFF':
                conn.compute.stop_server(i['uuid'])
        for i in instances.values():
            conn.compute.wait_for_server(conn.compute.get_server(i['uuid']), status='SHUTOFF', interval=1, wait=120)
        print(json.dumps(instances))
        """)).Output.Trim();

    public Task StartAsync(Upstream upstream, string stack) => GoodAsync(upstream, $"""
        outputs = [o['output_value'] for o in conn.orchestration.get_stack('{stack}').outputs if o['output_key'] == 'snapset_data']
        for i in outputs[0]['instances'].values():
            conn.compute.start_server(i['uuid'])
        """);

    public Task DeleteSetsAsync(Upstream upstream, IEnumerable<string> ids) => GoodAsync(upstream, $"""
        for set in '{string.Join(' ', ids)}'.split():
            for image in list(conn.image.images(tag=f'snap_id={"{set}"}')):
                conn.image.delete_image(image.id)
        """);


    private async Task<Ended> GoodAsync(Upstream upstream, string script)
    {
        Ended ended = await DoAsync(upstream, script);
        return ended.ExitCode == 0 ? ended : throw new InvalidOperationException($"The lab could not be prepared:\n{ended.Errors}");
    }

    private Task<Ended> DoAsync(Upstream upstream, string script) =>
        upstream.ScriptAsync($"import openstack\nconn = openstack.connect()\n{script}", Environment);
}
