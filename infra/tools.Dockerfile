# What the steps of cloudbuild.yaml run in: Python, Node, Terraform, gcloud and a browser, as developers have them.
FROM python:3.11-bookworm

ARG TERRAFORM=1.11.4
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends chromium curl default-jre-headless gnupg make unzip \
 && curl -fsSL https://deb.nodesource.com/setup_22.x | bash - \
 && apt-get install -y -qq --no-install-recommends nodejs \
 && curl -fsSL https://packages.cloud.google.com/apt/doc/apt-key.gpg | gpg --dearmor -o /usr/share/keyrings/google.gpg \
 && echo "deb [signed-by=/usr/share/keyrings/google.gpg] https://packages.cloud.google.com/apt cloud-sdk main" \
    > /etc/apt/sources.list.d/google.list \
 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends google-cloud-cli google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator \
 && curl -fsSLo /tmp/terraform.zip https://releases.hashicorp.com/terraform/${TERRAFORM}/terraform_${TERRAFORM}_linux_amd64.zip \
 && unzip -q /tmp/terraform.zip terraform -d /usr/local/bin \
 && rm -rf /tmp/terraform.zip /var/lib/apt/lists/*
