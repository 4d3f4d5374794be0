@{
  ExcludeRules = @(
    'PSAvoidUsingInvokeExpression' # the tests run the lines of the documents
    'PSUseBOMForUnicodeEncodedFile' # PowerShell 7 reads UTF-8 without one
    'PSUseDeclaredVarsMoreThanAssignments' # Pester's blocks share variables, which the rule does not see
    'PSUseShouldProcessForStateChangingFunctions' # the helpers change the sandbox only
  )
  # Those that are off unless asked for.
  Rules        = @{
    PSAvoidExclaimOperator             = @{ Enable = $true }
    PSAvoidSemicolonsAsLineTerminators = @{ Enable = $true }
    PSPlaceOpenBrace                   = @{ Enable = $true; OnSameLine = $true; IgnoreOneLineBlock = $true }
    PSUseCompatibleSyntax              = @{ Enable = $true; TargetVersions = @('7.0') }
    PSUseConsistentWhitespace          = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
    PSUseCorrectCasing                 = @{ Enable = $true }
  }
}
