@{
  RootModule             = 'Hotstack.SnapSet.dll'
  # The build writes these two here, with the release notes and the label of a prerelease below.
  ModuleVersion          = '0.0.0'
  FileList               = @()

  GUID                   = 'e13a70f2-b92a-475e-9655-1e48a51672d0'
  Author                 = 'Hotstack.SnapSet contributors'
  CompanyName            = 'Hotstack'
  Copyright              = 'Copyright (c) Hotstack.SnapSet contributors'
  Description            = 'Makes, lists, checks, moves and deletes SnapSets: consistent sets of images of the servers of a Hotstack deployment on OpenStack. Shuts the OpenShift cluster in them down safely, and revives it.'
  PowerShellVersion      = '7.6'
  CompatiblePSEditions   = @('Core')

  TypesToProcess         = @('Hotstack.SnapSet.Types.ps1xml')
  FormatsToProcess       = @('Hotstack.SnapSet.Format.ps1xml')
  CmdletsToExport        = @(
    'ConvertTo-HotstackStackParameter'
    'Export-HotstackReport'
    'Export-HotstackSnapSet'
    'Get-HotstackCluster'
    'Get-HotstackInstance'
    'Get-HotstackSnapSet'
    'Get-HotstackStack'
    'Import-HotstackSnapSet'
    'Invoke-HotstackPlaybook'
    'Invoke-HotstackRevive'
    'New-HotstackSnapSet'
    'Remove-HotstackSnapSet'
    'Remove-HotstackStack'
    'Restore-HotstackSnapSet'
    'Set-HotstackSnapSet'
    'Suspend-HotstackCluster'
    'Test-HotstackCluster'
    'Test-HotstackSnapSet'
    'Update-HotstackSnapSet'
    'Wait-HotstackCluster'
  )
  FunctionsToExport      = @()
  AliasesToExport        = @('Resume-HotstackCluster')
  VariablesToExport      = @()

  PrivateData            = @{
    PSData = @{
      Tags         = @('Hotstack', 'OpenStack', 'OpenShift', 'Kubernetes', 'Snapshot', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
      LicenseUri   = 'https://www.apache.org/licenses/LICENSE-2.0'
      ReleaseNotes = ''
      Prerelease   = ''
    }
  }
}
