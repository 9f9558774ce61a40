#!/usr/bin/env bash
# Onboards a tenant as an operator without ionos-tenants would: the terraform and helm commands that `create` runs, with the same
# flags, values and order, one after the other, each release waited for with `kubectl rollout status` before the next begins.
# bench/create.mjs compares the commands with those of a recorded `create`.
#
#   bench/by-hand.sh <answers> <work>
#
# <answers>  made by bench/lib/answers.mjs out of a recorded `create`: settings, *.tfvars.json, values/, namespaces.json, secrets.json
# <work>     an empty folder
# Environment: IONOS_API_URL, IONOS_TOKEN, TF_REATTACH_PROVIDERS, and terraform, helm, kubectl, curl on PATH
#
# Easier than what `create` does, in its favour: no checks before, no plan to approve, no registry entry, no Lease, no MCP handshake,
# and all answers are already in files.
set -euo pipefail
umask 077
answers=$(cd "$1" && pwd)
work=$(cd "$2" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
# TENANT, PLATFORM, NEW_PLATFORM (1 or empty), DIGEST_<release> for the label on each release, and as recorded: INIT_FLAGS, PLAN_FLAGS,
# APPLY_FLAGS, OUTPUT_FLAGS, HELM_FLAGS, without those that name files or this tenant.
source "$answers/settings"
namespace="tenant-$TENANT"

export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0
export TF_CLI_CONFIG_FILE="$work/terraform.rc" TF_PLUGIN_CACHE_DIR="$work/plugins"
mkdir -p "$work/plugins" "$work/source" "$work/values"
touch "$work/terraform.rc"
cp -r "$root/terraform/modules" "$root/terraform/platform" "$root/terraform/tenant" "$work/source/"

api() { curl -sS --fail -H "Authorization: Bearer $IONOS_TOKEN" "$IONOS_API_URL/cloudapi/v6/$1"; }
uuid='[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
first() { grep -oE "$1" | grep -oE "$uuid" | head -n 1; }
plan_and_apply() {
  terraform plan $PLAN_FLAGS -out="$work/$1.tfplan" -var-file="$work/$1.tfvars.json"
  terraform apply $APPLY_FLAGS "$work/$1.tfplan"
}

if [ -n "$NEW_PLATFORM" ]; then
  cp "$answers/platform.tfvars.json" "$work/"
  cd "$work/source/platform"
  terraform init $INIT_FLAGS -backend-config=path="$work/platform.tfstate"
  plan_and_apply platform
fi

clusters=$(api 'k8s?depth=1')
cluster=$(first "$uuid" <<< "$clusters")
api "k8s/$cluster/kubeconfig" > "$work/kubeconfig"
pools=$(api "k8s/$cluster/nodepools?depth=1")
datacenter=$(first "\"datacenterId\": *\"$uuid\"" <<< "$pools")
kubectl --kubeconfig="$work/kubeconfig" apply --validate=false -f "$answers/namespaces.json"

# What terraform makes for this tenant alone: its address.
sed "s/@DATACENTER@/$datacenter/" "$answers/tenant.tfvars.json" > "$work/tenant.tfvars.json"
cd "$work/source/tenant"
export KUBE_CONFIG_PATH="$work/kubeconfig"
terraform init $INIT_FLAGS -backend-config=namespace=ionos-tenants-system -backend-config=secret_suffix="$TENANT-state"
plan_and_apply tenant
outputs=$(terraform output $OUTPUT_FLAGS)
ip=$(sed -n '/"ip": {/,/}/s/.*"value": "\(.*\)".*/\1/p' <<< "$outputs")
unset KUBE_CONFIG_PATH

export KUBECONFIG="$work/kubeconfig" HELM_CACHE_HOME="$work/helm-cache" HELM_CONFIG_HOME="$work/helm-config" HELM_DATA_HOME="$work/helm-data"
for values in "$answers"/values/*.yaml; do
  sed -e "s|@IP@|$ip|g" -e "s|@API@|$IONOS_API_URL|g" "$values" > "$work/values/$(basename "$values")"
done
release() {
  helm upgrade "$1" "$root/charts/$2" --namespace="$3" --values="$work/values/$2.yaml" --labels=ionos-tenants.io/digest="$4" $HELM_FLAGS
}
rolled_out() { kubectl -n "$1" rollout status "$2" --timeout=15m; }

release "tenant-$TENANT" tenant ionos-tenants-system "$DIGEST_tenant"
kubectl apply --validate=false -f "$answers/secrets.json"
release model-gateway model-gateway ionos-tenants-models "$DIGEST_model_gateway"
rolled_out ionos-tenants-models deployment/model-gateway
release wordpress wordpress "$namespace" "$DIGEST_wordpress"
rolled_out "$namespace" statefulset/mariadb
rolled_out "$namespace" deployment/wordpress
release openwebui openwebui "$namespace" "$DIGEST_openwebui"
rolled_out "$namespace" statefulset/openwebui
release gateway gateway "$namespace" "$DIGEST_gateway"
rolled_out "$namespace" deployment/gateway

# The load balancer's address; where it answers somewhere else than there, its controller has written that on the Service.
kubectl -n "$namespace" wait --for=jsonpath='{.status.loadBalancer.ingress[0].ip}'="$ip" service/gateway --timeout=2m
announced=$(kubectl -n "$namespace" get service gateway -o jsonpath='{.metadata.annotations.ionos-tenants\.io/url-80} {.metadata.annotations.ionos-tenants\.io/url-8080}')
read -r wordpress openwebui <<< "$announced" || true
curl -sS --fail --output /dev/null --retry 20 --retry-all-errors --retry-delay 1 "${wordpress:-http://$ip}"
curl -sS --fail --output /dev/null --retry 20 --retry-all-errors --retry-delay 1 "${openwebui:-http://$ip:8080}"
