# The rules of tflint's own terraform ruleset that the largest public modules hold (terraform-aws-eks runs these thirteen before each
# commit). The ruleset is part of the binary: nothing is downloaded.
config {
  call_module_type    = "none"
  disabled_by_default = true
}

plugin "terraform" {
  enabled = true
}

rule "terraform_comment_syntax" { enabled = true }
rule "terraform_deprecated_index" { enabled = true }
rule "terraform_deprecated_interpolation" { enabled = true }
rule "terraform_documented_outputs" { enabled = true }
rule "terraform_documented_variables" { enabled = true }
rule "terraform_module_pinned_source" { enabled = true }
rule "terraform_naming_convention" { enabled = true }
rule "terraform_required_providers" { enabled = true }
rule "terraform_required_version" { enabled = true }
rule "terraform_standard_module_structure" { enabled = true }
rule "terraform_typed_variables" { enabled = true }
rule "terraform_unused_declarations" { enabled = true }
rule "terraform_workspace_remote" { enabled = true }
