@{
  ExcludeRules = @(
    'PSUseDeclaredVarsMoreThanAssignments' # Pester's blocks share variables, which the rule does not see
    'PSUseShouldProcessForStateChangingFunctions' # the helpers change the sandbox only
  )
}
