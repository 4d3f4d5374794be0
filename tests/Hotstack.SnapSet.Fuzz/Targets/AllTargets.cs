namespace Hotstack.Fuzz.Targets;

/// <summary>The targets, in the order of the table.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new CloudsTarget(), new VariablesTarget(), new KubeconfigTarget(), new ExecAnswerTarget(), new AddressTarget(),
        new DocumentTarget(), new TemplateTarget(), new BundleTarget(), new ParameterTarget(), new ExpressionTarget(), new OutputsTarget(),
        new SnapSetDataTarget(), new ImageSetTarget(), new TagTarget(), new PropertyTarget(), new ManifestTarget(), new FileNameTarget(),
            new NameTarget(),
        new KeystoneTarget(), new NovaTarget(), new GlanceTarget(), new CinderTarget(), new NeutronTarget(), new HeatTarget(),
        new ServiceErrorTarget(), new HttpFieldTarget(),
        new ClusterTarget(), new CertificateDateTarget(), new SigningRequestTarget(), new PemTarget(), new MetricsTarget(),
        new WildcardTarget(), new DurationTarget(), new MacTarget(), new ShutdownLogTarget(),
    ];
}
