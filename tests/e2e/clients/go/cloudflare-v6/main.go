// A user's program with cloudflare-go v6.
package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/cloudflare/cloudflare-go/v6/clients/session"
	"github.com/cloudflare/cloudflare-go/v6/internal/param"
	"github.com/cloudflare/cloudflare-go/v6/kv"
	"github.com/cloudflare/cloudflare-go/v6/option"
	"github.com/cloudflare/cloudflare-go/v6/workers"
)

const worker = "w"

// F is the client's own cloudflare.F. The package cloudflare imports all products: its build takes three minutes of CPU
// time, and that of the two products here half a minute.
func F[T any](value T) param.Field[T] { return param.Field[T]{Value: value, Present: true} }

// A module's file name and type, which the client asks its reader for.
type module struct {
	io.Reader
	name string
}

func (m module) Filename() string    { return m.name }
func (m module) ContentType() string { return "application/javascript+module" }

func modulesOf(a session.Arguments) param.Field[[]io.Reader] {
	files := []io.Reader{}
	for name, source := range a.Modules {
		files = append(files, module{strings.NewReader(source), name})
	}
	return F(files)
}

func main() {
	ctx := context.Background()
	account := F(os.Getenv("CLOUDFLARE_ACCOUNT_ID"))
	options := []option.RequestOption{
		option.WithBaseURL(os.Getenv("CLOUDFLARE_BASE_URL")),
		option.WithAPIToken(os.Getenv("CLOUDFLARE_API_TOKEN")),
		option.WithMaxRetries(0),
	}
	scripts := workers.NewScriptService(options...)
	namespaces := kv.NewNamespaceService(options...)

	session.Run(map[string]session.Step{
		"create namespace": func(a session.Arguments) (any, error) {
			return namespaces.New(ctx, kv.NamespaceNewParams{AccountID: account, Title: F(a.Title)})
		},
		"upload": func(a session.Arguments) (any, error) {
			metadata := workers.ScriptUpdateParamsMetadata{
				MainModule:        F("index.js"),
				CompatibilityDate: F("2026-01-01"),
			}
			bindings := []workers.ScriptUpdateParamsMetadataBindingUnion{}
			if a.Text != "" {
				bindings = append(bindings, workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindPlainText{
					Name: F("TEXT"),
					Text: F(a.Text),
					Type: F(workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindPlainTextTypePlainText),
				})
			}
			if a.Namespace != "" {
				bindings = append(bindings, workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindKVNamespace{
					Name:        F("CACHE"),
					NamespaceID: F(a.Namespace),
					Type:        F(workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindKVNamespaceTypeKVNamespace),
				})
			}
			if a.Secret != "" {
				bindings = append(bindings, workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindSecretText{
					Name: F("SECRET"),
					Text: F(a.Secret),
					Type: F(workers.ScriptUpdateParamsMetadataBindingsWorkersBindingKindSecretTextTypeSecretText),
				})
			} else {
				metadata.KeepBindings = F([]string{"secret_text"})
			}
			metadata.Bindings = F(bindings)
			return scripts.Update(ctx, worker, workers.ScriptUpdateParams{
				AccountID: account,
				Metadata:  F(metadata),
				Files:     modulesOf(a),
			})
		},
		"upload version": func(a session.Arguments) (any, error) {
			return scripts.Versions.New(ctx, worker, workers.ScriptVersionNewParams{
				AccountID: account,
				Metadata: F(workers.ScriptVersionNewParamsMetadata{
					MainModule:        F("index.js"),
					CompatibilityDate: F("2026-01-01"),
					Bindings: F([]workers.ScriptVersionNewParamsMetadataBindingUnion{
						workers.ScriptVersionNewParamsMetadataBindingsWorkersBindingKindPlainText{
							Name: F("TEXT"),
							Text: F(a.Text),
							Type: F(workers.ScriptVersionNewParamsMetadataBindingsWorkersBindingKindPlainTextTypePlainText),
						},
					}),
					KeepBindings: F([]string{"secret_text"}),
				}),
				Files: modulesOf(a),
			})
		},
		"deploy version": func(a session.Arguments) (any, error) {
			return scripts.Deployments.New(ctx, worker, workers.ScriptDeploymentNewParams{
				AccountID: account,
				Deployment: workers.DeploymentParam{
					Strategy: F(workers.DeploymentStrategyPercentage),
					Versions: F([]workers.DeploymentVersionParam{
						{VersionID: F(a.Version), Percentage: F(100.0)},
					}),
				},
			})
		},
		"put secret": func(a session.Arguments) (any, error) {
			return scripts.Secrets.Update(ctx, worker, workers.ScriptSecretUpdateParams{
				AccountID: account,
				Body: workers.ScriptSecretUpdateParamsBodyWorkersBindingKindSecretText{
					Name: F(a.Name),
					Text: F(a.Text),
					Type: F(workers.ScriptSecretUpdateParamsBodyWorkersBindingKindSecretTextTypeSecretText),
				},
			})
		},
		"delete secret": func(a session.Arguments) (any, error) {
			return scripts.Secrets.Delete(ctx, worker, a.Name, workers.ScriptSecretDeleteParams{AccountID: account})
		},
		"list secrets": func(session.Arguments) (any, error) {
			page, err := scripts.Secrets.List(ctx, worker, workers.ScriptSecretListParams{AccountID: account})
			if err != nil {
				return nil, err
			}
			return page.Result, nil
		},
		"list scripts": func(session.Arguments) (any, error) {
			page, err := scripts.List(ctx, workers.ScriptListParams{AccountID: account})
			if err != nil {
				return nil, err
			}
			return page.Result, nil
		},
		"delete": func(session.Arguments) (any, error) {
			return scripts.Delete(ctx, worker, workers.ScriptDeleteParams{AccountID: account})
		},
	})
}
