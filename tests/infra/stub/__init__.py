"""Terraform providers that know only schemas: enough for init, validate, plan, test and apply without any account.

The schemas were taken from npm's @cdktf/provider-google and -beta 16.12.1 (made from provider 6.50, MPL-2.0) and hold
the resource types this project uses. What they do not carry (patterns, what excludes what) stands in `rules`.
"""
